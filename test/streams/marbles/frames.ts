import type { Line, MarbleExample } from './example.js'

/** What a line has at one column. All that stands in parentheses happens at the frame of the opening one. */
export interface Token {
  readonly column: number
  readonly frame: number
  readonly character: string
}

/** Everything of a line but spaces and dashes, parentheses included, counted from the frame at which it begins. */
export function tokensOf(marbles: string, begin = 0): readonly Token[] {
  const tokens: Token[] = []
  let group: number | undefined
  for (const [index, character] of [...marbles.replaceAll(' ', '')].entries()) {
    const column = begin + index
    if (character === '(') group = column
    if (character !== '-') tokens.push({ column, frame: group ?? column, character })
    if (character === ')') group = undefined
  }
  return tokens
}

/** The frame at which a line completes or fails, or `Infinity`. */
export function endOf(marbles: string, begin = 0): number {
  return tokensOf(marbles, begin).find(({ character }) => character === '|' || character === '#')?.frame ?? Infinity
}

/** The frame of a mark in a diagram of a subscription. */
export function frameOf(subscribed: string, mark: '^' | '!'): number {
  const frame = subscribed.replaceAll(' ', '').indexOf(mark)
  return frame < 0 ? (mark === '^' ? 0 : Infinity) : frame
}

/** Where a line's marbles begin: where it is subscribed to. */
export function beginOf(line: Line): number {
  return line.subscribed === undefined ? 0 : frameOf(line.subscribed[0]!, '^')
}

/** How many columns an example has. */
export function lengthOf({ inputs, outputs }: MarbleExample): number {
  const lines = [
    ...Object.values(inputs).map((line) => [line, beginOf(line)] as const),
    ...Object.values(outputs).map((line) => [line, 0] as const),
  ]
  return Math.max(...lines.map(([{ marbles }, begin]) => begin + marbles.replaceAll(' ', '').length))
}

/** The subscription from one frame to another. */
export function subscription(from: number, to: number): string {
  return `${'-'.repeat(from)}^${'-'.repeat(to - from - 1)}!`
}
