import { parseArgs } from 'node:util'
import { decodeItem } from '../../streams/transports/dnode/item-codec.js'
import { UsageError } from './cli-errors.js'
import type { Terminal } from './terminal.js'

/** A flag of a command, e.g. `--port N`. */
export interface Flag {
  /** What stands for its value in `--help`; without one it is a switch. */
  readonly value?: string
  /** It may be given several times. */
  readonly repeated?: boolean
  readonly help: string
}

/** One command of `rachis`. */
export interface Command {
  readonly name: string
  /** What stands for its arguments in `--help`, in order. */
  readonly operands: readonly string[]
  readonly help: string
  readonly flags: Readonly<Record<string, Flag>>
  /** Resolves when it is done, or was asked to stop by `stop`. */
  run(input: CommandInput, terminal: Terminal, stop: AbortSignal): Promise<void>
}

/** What was given on the command line, as text. */
export class CommandInput {
  constructor(
    readonly operands: readonly string[],
    private readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>,
  ) {}

  has(flag: string): boolean {
    return this.values[flag] !== undefined
  }

  text(flag: string): string | undefined {
    const value = this.values[flag]
    return typeof value === 'string' ? value : undefined
  }

  texts(flag: string): readonly string[] {
    const value = this.values[flag]
    return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
  }

  /** The value of a flag as an integer within bounds. Throws `UsageError`. */
  integer(flag: string, least: number, most: number): number | undefined {
    const text = this.text(flag)
    return text === undefined ? undefined : readInteger(text, `--${flag}`, least, most)
  }

  /** The value of a flag as a JSON object, of extended JSON. Throws `UsageError`. */
  json(flag: string): Readonly<Record<string, unknown>> | undefined {
    const text = this.text(flag)
    if (text === undefined) return undefined
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (cause) {
      throw new UsageError(`--${flag} must be JSON, not ${JSON.stringify(text)}: ${(cause as Error).message}`, { cause })
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new UsageError(`--${flag} must be a JSON object, e.g. '{"country":"DE"}', not ${text}`)
    return decodeItem(value) as Readonly<Record<string, unknown>>
  }
}

/** Reads an integer within bounds; `name` says in the `UsageError` where it stood. */
export function readInteger(text: string, name: string, least: number, most: number): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < least || value > most)
    throw new UsageError(`${name} must be an integer from ${least} to ${most}, not ${JSON.stringify(text)}`)
  return value
}

/** Reads the arguments of a command. Throws `UsageError`, naming the flag. */
export function readArguments(command: Command, args: readonly string[]): CommandInput {
  const { name, flags, operands } = command
  const options = Object.fromEntries(
    Object.entries(flags).map(([flag, { value, repeated = false }]) => [
      flag,
      { type: value === undefined ? ('boolean' as const) : ('string' as const), multiple: repeated },
    ]),
  )
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true })
  const given: string[] = []
  const values: Record<string, string | boolean | string[]> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') given.push(token.value)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined
    const { rawName } = token
    if (flag === undefined) throw new UsageError(`${name}: there is no flag ${rawName}${closest(token.name, Object.keys(flags))}`)
    if (flag.value === undefined) {
      if (token.value !== undefined) throw new UsageError(`${name}: ${rawName} takes no value`)
      values[token.name] = true
      continue
    }
    // `--port --data x`: the next flag isn't meant as the value.
    const value = token.inlineValue !== true && token.value?.startsWith('--') ? undefined : token.value
    if (value === undefined) throw new UsageError(`${name}: ${rawName} needs a value, ${rawName} ${flag.value}`)
    if (flag.repeated) values[token.name] = [...((values[token.name] as string[] | undefined) ?? []), value]
    else if (values[token.name] !== undefined) throw new UsageError(`${name}: ${rawName} is given twice`)
    else values[token.name] = value
  }
  if (given.length < operands.length) throw new UsageError(`${name}: ${operands[given.length]!} is missing`)
  if (given.length > operands.length) throw new UsageError(`${name}: ${JSON.stringify(given[operands.length])} is one argument too many`)
  return new CommandInput(given, values)
}

/** `; did you mean --port?` where a known name is near. */
function closest(name: string, known: readonly string[]): string {
  const near = known.find((other) => other.startsWith(name) || name.startsWith(other) || sameLetters(name, other))
  return near === undefined ? '' : `; did you mean --${near}?`
}

function sameLetters(a: string, b: string): boolean {
  return a.length === b.length && Array.from(a).sort().join('') === Array.from(b).sort().join('')
}
