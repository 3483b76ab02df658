// Marble diagrams as SVG. Pure: the same example gives the same bytes.
import type { ShownExample } from '../test/streams/marbles/examples.js'
import { layoutOf, marbleHeight, type Row, type Sign } from './marble-layout.js'

const rowHeight = 40
const placeHeight = 13
const codeLine = 18
const codeWidth = 7.6
const colours = 6

const style = `
svg{font:13px ui-sans-serif,system-ui,-apple-system,'Segoe UI',sans-serif;--ink:#1f2328;--soft:#59636e;--line:#9aa4af;--paper:#fff;--box:#f3f5f7;--edge:#d1d9e0;--mark:#b35900;--c0:#0969da;--c1:#1a7f37;--c2:#a63d00;--c3:#8250df;--c4:#0b7285;--c5:#bf3989}
@media (prefers-color-scheme:dark){svg{--ink:#e6edf3;--soft:#9aa5b1;--line:#656f7a;--paper:#0d1117;--box:#1a212a;--edge:#3d444d;--mark:#e3964a;--c0:#4493f8;--c1:#3fb950;--c2:#e8823a;--c3:#ab7df8;--c4:#39b5c6;--c5:#e275ad}}
text{fill:var(--ink);text-anchor:middle;dominant-baseline:central}
.name{text-anchor:start;fill:var(--soft);font-size:12px}
.code{text-anchor:start;font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}
.place{fill:var(--soft);font-size:11px}
.paper{fill:var(--paper);stroke:var(--edge)}
.box,.group{fill:var(--box);stroke:var(--edge)}
.group{stroke:none}
.line,.tick,.end{stroke:var(--line);stroke-width:1.5;fill:none}
.tick{stroke:var(--ink);stroke-width:2}
.end{stroke:var(--ink);stroke-width:2.5}
.reset{stroke:var(--mark);stroke-width:5}
.arrow{fill:var(--line)}
.publish{fill:var(--c);stroke:var(--c);stroke-width:2}
.change{fill:var(--paper);stroke:var(--c);stroke-width:3}
.retract{fill:var(--paper);stroke:var(--c);stroke-width:2;stroke-dasharray:3 2.5}
.value{fill:var(--paper);stroke:var(--soft);stroke-width:1.5}
.on-publish{fill:var(--paper);font-weight:600}
.on-retract{text-decoration:line-through;fill:var(--soft)}
`
  .trim()
  .replaceAll('\n', '')

/** One example: its inputs, the operator, its outputs. */
export function drawMarbles(example: ShownExample): string {
  const { inputs, outputs, width: needed } = layoutOf(example)
  const width = Math.max(needed, 340, Math.min(470, example.expression.length * codeWidth + 46))
  const keys = [...new Set([...inputs, ...outputs].flatMap(({ signs }) => signs.map(({ id }) => id)).filter((id) => id !== ''))].sort()
  const code = wrap(example.expression, Math.floor((width - 44) / codeWidth))
  const parts: string[] = []
  let y = 12
  const rows = (these: readonly Row[]): void => {
    for (const row of these) {
      parts.push(drawRow(row, y + rowHeight / 2, keys))
      y += rowHeight + (row.signs.some(({ place }) => place !== '') ? placeHeight : 0)
    }
  }
  rows(inputs)
  const height = code.length * codeLine + 12
  parts.push(`<rect class="box" x="12" y="${y + 4}" width="${width - 24}" height="${height}" rx="6"/>`)
  for (const [index, text] of code.entries())
    parts.push(`<text class="code" x="22" y="${y + 10 + codeLine * (index + 0.5)}" xml:space="preserve">${escaped(text)}</text>`)
  y += height + 8
  rows(outputs)
  return svg(width, y + 10, example.expression, `${example.title}.`, parts)
}

/** What each sign means. */
export function drawLegend(): string {
  const entries: readonly (readonly [Sign['kind'], string, string])[] = [
    ['publish', 'a1', 'publish'],
    ['change', 'a2', 'change'],
    ['retract', 'a2', 'retract'],
    ['reset', '', 'reset'],
    ['commit', '', 'commit'],
    ['value', '3', 'a value'],
    ['complete', '', 'the end'],
  ]
  const parts: string[] = []
  for (const [index, [kind, text, meaning]] of entries.entries()) {
    const x = 50 + (index % 4) * 84
    const y = 34 + Math.floor(index / 4) * 72
    parts.push(
      `<path class="line" d="M${x - 34} ${y}H${x + 34}"/>`,
      drawSign({ kind, text, x, width: marbleHeight, id: text.slice(0, 1), place: '' }, y, ['a']),
      `<text class="place" x="${x}" y="${y + 27}">${meaning}</text>`,
    )
  }
  const [x, y] = [50 + 3 * 84, 106]
  parts.push(
    `<path class="line" d="M${x - 34} ${y}H${x + 34}"/>`,
    `<rect class="group" x="${x - 27}" y="${y - 17}" width="54" height="34" rx="17"/>`,
    drawSign({ kind: 'publish', text: 'a1', x: x - 9, width: marbleHeight, id: 'a', place: '' }, y, ['a']),
    drawSign({ kind: 'commit', text: '', x: x + 15, width: 0, id: '', place: '' }, y, []),
    `<text class="place" x="${x}" y="${y + 27}">at once</text>`,
  )
  return svg(
    352,
    148,
    'The signs of the diagrams',
    'Filled: publish. Ring: change. Dashed and struck out: retract. Bar: reset. Tick: commit.',
    parts,
  )
}

function svg(width: number, height: number, title: string, description: string, parts: readonly string[]): string {
  const size = `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"`
  const head = `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" aria-labelledby="t d">`
  const frame = `<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`
  const words = `<title id="t">${escaped(title)}</title>\n<desc id="d">${escaped(description)}</desc>`
  return `${head}\n${words}\n<style>${style}</style>\n${frame}\n${parts.join('\n')}\n</svg>\n`
}

function drawRow({ name, from, to, open, signs, groups }: Row, y: number, keys: readonly string[]): string {
  const parts = [`<path class="line" d="M${number(from)} ${y}H${number(to)}"/>`]
  if (open) parts.push(`<path class="arrow" d="M${number(to + 7)} ${y}l-8 -4.5v9z"/>`)
  if (name !== '') parts.unshift(`<text class="name" x="14" y="${y}">${escaped(name)}</text>`)
  for (const [begin, end] of groups)
    parts.push(`<rect class="group" x="${number(begin)}" y="${y - 17}" width="${number(end - begin)}" height="34" rx="17"/>`)
  parts.push(...signs.map((sign) => drawSign(sign, y, keys)))
  return parts.join('\n')
}

function drawSign({ kind, x, text, width, id, place }: Sign, y: number, keys: readonly string[]): string {
  switch (kind) {
    case 'reset':
      return `<path class="reset" d="M${number(x)} ${y - 12}v24"/>`
    case 'commit':
      return `<path class="tick" d="M${number(x)} ${y - 7}v14"/>`
    case 'complete':
      return `<path class="end" d="M${number(x)} ${y - 14}v28"/>`
    case 'error':
      return `<path class="end" d="M${number(x - 7)} ${y - 7}l14 14m0 -14l-14 14"/>`
    case 'value':
      return `<rect class="value" ${box(x, y, width)} rx="5"/>\n<text x="${number(x)}" y="${y}">${escaped(text)}</text>`
    default: {
      const words = `<text class="on-${kind}" x="${number(x)}" y="${y}">${escaped(text)}</text>`
      const shape = `<rect class="${kind}" ${box(x, y, width)} rx="${marbleHeight / 2}"/>`
      const where = place === '' ? '' : `\n<text class="place" x="${number(x)}" y="${y + 24}">${place}</text>`
      return `<g style="--c:var(--c${keys.indexOf(id) % colours})">${shape}${words}</g>${where}`
    }
  }
}

function box(x: number, y: number, width: number): string {
  return `x="${number(x - width / 2 + 1)}" y="${y - marbleHeight / 2 + 1}" width="${number(width - 2)}" height="${marbleHeight - 2}"`
}

/** Breaks code at spaces; what doesn't fit goes on, indented. */
function wrap(code: string, length: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of code.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > length) {
      lines.push(line)
      line = `  ${word}`
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
