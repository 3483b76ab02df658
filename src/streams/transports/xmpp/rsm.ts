import type { Builder } from './builder.js'
import { attributeOf, childOf, textOf } from './dom.js'
import { ns } from './namespaces.js'
import { xmlText } from './xml-text.js'

/** Which page of a result to ask for (XEP-0059). */
export interface RsmRange {
  readonly max?: number | undefined
  /** The page after the item with this cursor. */
  readonly after?: string | undefined
  /** The page before this cursor; `''` for the last page. */
  readonly before?: string | undefined
  readonly index?: number | undefined
}

/** Which page a server sent. The cursors are the server's own: ejabberd's are times, not ids. */
export interface RsmResult {
  readonly first?: string
  readonly last?: string
  readonly index?: number
  readonly count?: number
}

/** The `<set>` in `el`, if there is one of either. */
export function parseRsm(el: Element | undefined): RsmResult | undefined {
  const set = childOf(el, 'set', ns.rsm)
  if (!set) return undefined
  const [first, last, count] = ['first', 'last', 'count'].map((name) => childOf(set, name, ns.rsm))
  const result: { -readonly [K in keyof RsmResult]: RsmResult[K] } = {}
  if (first && textOf(first)) result.first = textOf(first)
  if (last && textOf(last)) result.last = textOf(last)
  const index = first && wholeNumber(attributeOf(first, 'index'))
  if (index !== undefined) result.index = index
  const total = count && wholeNumber(textOf(count))
  if (total !== undefined) result.count = total
  return result
}

/** Appends a `<set>` to the element that `builder` is at, and stays there. */
export function addRsm(builder: Builder, range: RsmRange): Builder {
  builder.c('set', { xmlns: ns.rsm })
  for (const name of ['max', 'after', 'before', 'index'] as const) {
    const value = range[name]
    if (value !== undefined) builder.c(name, {}, xmlText(name, String(value)))
  }
  return builder.up()
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined
}
