import { styleText } from 'node:util'

/** A named look of text. */
export type Style = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Where a command writes to. */
export interface Terminal {
  /** Results; they may be piped. */
  print(line: string): void
  /** What is only for the person in front of it. */
  note(line: string): void
  /** A last line of notes that is written again and again; `undefined` takes it away. Nothing where nobody watches. */
  status(line: string | undefined): void
  /** Notes go to a terminal. */
  readonly watched: boolean
  /** Results go to a terminal. */
  readonly interactive: boolean
  /** Columns of the terminal. */
  readonly columns: number
  paint(style: Style, text: string): string
}

/** The terminal of this process. Colours only in a terminal and without `NO_COLOR`. */
export function processTerminal({ stdout, stderr, env } = process): Terminal {
  const colours = stdout.isTTY && !env['NO_COLOR']
  let shown = false
  const clear = (): void => {
    if (shown) stderr.write('\r\u001b[K')
    shown = false
  }
  return {
    watched: stderr.isTTY,
    interactive: stdout.isTTY,
    get columns() {
      return stderr.columns || 80
    },
    print(line) {
      clear()
      stdout.write(`${line}\n`)
    },
    note(line) {
      clear()
      stderr.write(`${line}\n`)
    },
    status(line) {
      if (!stderr.isTTY) return
      clear()
      if (line === undefined) return
      stderr.write(line)
      shown = true
    },
    paint: (style, text) => (colours ? styleText(style, text) : text),
  }
}
