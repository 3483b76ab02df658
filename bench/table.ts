import type { Row } from './row.js'

/** The rows of one suite as aligned text. */
export function formatTable(rows: readonly Row[]): string {
  const header = ['case', 'subject', 'value', 'unit', 'peer', 'value', 'ratio', 'limit', 'value']
  const cells = rows.map((row) => [
    row.case,
    row.subject,
    formatNumber(row.value),
    row.unit,
    row.peer ?? '',
    formatNumber(row.peerValue),
    row.ratio === undefined ? '' : `${formatNumber(row.ratio)} ×`,
    row.limit ?? '',
    formatNumber(row.limitValue),
  ])
  const widths = header.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column]!.length)))
  const numeric = new Set([2, 5, 6, 8])
  const align = (line: readonly string[]): string =>
    line
      .map((cell, column) => (numeric.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd()
  return [align(header), align(widths.map((width) => '-'.repeat(width))), ...cells.map(align)].join('\n')
}

/** Three significant digits below a thousand, groups of three above. */
export function formatNumber(value: number | undefined): string {
  if (value === undefined) return ''
  if (!Number.isFinite(value)) return String(value)
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)))
}
