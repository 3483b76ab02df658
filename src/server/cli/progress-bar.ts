/** How far something has come. */
export interface Progress {
  readonly done: number
  /** In the same unit as `done`; unknown for a stream. */
  readonly total: number | undefined
  /** What is counted, and how many of it so far, e.g. items while `done` counts bytes. */
  readonly count: number
  readonly unit: string
  readonly seconds: number
}

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const numbers = new Intl.NumberFormat('en')

/** One line of at most `columns` characters: a bar, percent, count and rate. */
export function progressLine({ done, total, count, unit, seconds }: Progress, columns: number): string {
  const rate = seconds > 0 ? ` · ${numbers.format(Math.round(count / seconds))}/s` : ''
  const counted = `${numbers.format(count)} ${unit}${rate}`
  if (total === undefined || total === 0) return counted.slice(0, columns)
  const share = Math.min(1, done / total)
  const percent = `${String(Math.floor(share * 100)).padStart(3)} %`
  const room = Math.min(32, columns - counted.length - percent.length - 6)
  return room < 4 ? `${percent}  ${counted}`.slice(0, columns) : `${bar(share, room)} ${percent}  ${counted}`
}

/** A bar of `width` characters, precise to an eighth of one. */
function bar(share: number, width: number): string {
  const cells = Math.round(share * width * 8)
  const whole = '█'.repeat(Math.floor(cells / 8)) + eighths[cells % 8]!
  return whole.padEnd(width, '░')
}
