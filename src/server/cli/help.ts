import type { Command } from './command.js'
import { exitCodes } from './exit-codes.js'

/** What `rachis --help` prints. */
export function overview(commands: readonly Command[]): string {
  return [
    'rachis: a reactive data layer, from a Mongoose model to a Backbone view',
    '',
    'Usage: rachis COMMAND [FLAGS]',
    '',
    ...table(commands.map((command) => [usage(command), command.help])),
    '',
    '  rachis COMMAND --help says more; rachis --version prints the version.',
    '',
    'Exit codes:',
    ...table(exitCodes.map(([code, meaning]) => [String(code), meaning])),
  ].join('\n')
}

/** What `rachis COMMAND --help` prints. */
export function commandHelp(command: Command): string {
  const flags = Object.entries(command.flags).map(([name, { value, repeated = false, help }]) => {
    const shown = `--${name}${value === undefined ? '' : ` ${value}`}`
    return [shown, repeated ? `${help}; may be repeated` : help] as const
  })
  return [`Usage: rachis ${usage(command)} [FLAGS]`, '', command.help, '', ...table([...flags, ['--help', 'print this']])].join('\n')
}

function usage({ name, operands }: Command): string {
  return [name, ...operands].join(' ')
}

/** Two columns, the second broken to fit into 100 characters. */
function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2
  return rows.flatMap(([left, right]) =>
    wrap(right, 96 - width).map((line, index) => `  ${(index === 0 ? left : '').padEnd(width)}${line}`),
  )
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}
