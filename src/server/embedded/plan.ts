import { boundsOf, type Bounds } from './bounds.js'
import type { CollectionEntry, IndexEntry } from './catalog.js'
import { cutCode, isComplete, isOrdered, MAX_ID_BYTES } from './indexes.js'
import { encodeKey, invertKey, keyTag } from './key-codec.js'

/** How to find the candidates of a filter; all of them are asked again. */
export type Plan =
  /** Documents by id, within a range. */
  | { readonly kind: 'all'; readonly range: CodeRange; readonly order: 1 | -1 | 0 }
  | { readonly kind: 'ids'; readonly ids: readonly Buffer[] }
  | { readonly kind: 'index'; readonly index: IndexEntry; readonly ranges: readonly CodeRange[]; readonly order: 1 | -1 | 0 }

export interface CodeRange {
  readonly low: Buffer
  readonly high: Buffer
}

const EVERYTHING: CodeRange = { low: Buffer.alloc(0), high: Buffer.alloc(0) }

/**
 * Chooses the index that narrows most: by ids, by the longest run of equalities, by a range behind it; failing that one that yields the order asked for.
 * `order` says that the candidates come in the order of the sort (or its reverse) already.
 */
export function planFor(entry: CollectionEntry, filter: unknown, sort: ReadonlyMap<string, number> | undefined): Plan {
  const bounds = boundsOf(filter)
  const ids = bounds.get('_id')?.equal
  // No document has a longer id, and LMDB can't even look for one.
  if (ids !== undefined) return { kind: 'ids', ids: distinctCodes(ids).filter(({ length }) => length <= MAX_ID_BYTES) }
  let best = planIds(bounds.get('_id'), sort)
  for (const index of entry.indexes) {
    if (!isOrdered(index) || !isComplete(index) || hasPositions(index)) continue
    const candidate = planIndex(index, bounds, sort)
    if (candidate.score > best.score) best = candidate
  }
  return best.plan
}

function planIds(bound: Bounds | undefined, sort: ReadonlyMap<string, number> | undefined): Candidate {
  const range = bound && rangesBehind([EVERYTHING.low], bound, false, false)?.[0]
  const direction = sort === undefined ? undefined : [...sort][0]
  const order = direction?.[0] === '_id' ? (direction[1] === 1 ? 1 : -1) : 0
  return { plan: { kind: 'all', range: range ?? EVERYTHING, order }, score: (range ? 4 : 0) + (order === 0 ? 0 : 2) }
}

interface Candidate {
  readonly plan: Plan
  readonly score: number
}

function planIndex(index: IndexEntry, bounds: ReadonlyMap<string, Bounds>, sort: ReadonlyMap<string, number> | undefined): Candidate {
  const paths = Object.keys(index.key)
  let prefixes: Buffer[] = [Buffer.alloc(0)]
  let used = 0
  let score = 0
  let ranges: readonly CodeRange[] | undefined
  for (const path of paths) {
    const bound = bounds.get(path)
    // A second path of an index over arrays may be met by another element than the first.
    if (bound === undefined || (index.multikey && used > 0)) break
    const descending = Number(index.key[path]) < 0
    if (bound.equal === undefined || prefixes.length * bound.equal.length > 1000) {
      ranges = rangesBehind(prefixes, bound, descending, index.multikey)
      score += ranges === undefined ? 0 : 4
      break
    }
    const codes = distinctCodes(bound.equal).map((code) => (descending ? invertKey(code) : code))
    prefixes = prefixes.flatMap((prefix) => codes.map((code) => Buffer.concat([prefix, code])))
    used++
    score += 10
  }
  const order = prefixes.length === 1 && !index.multikey && !index.cut ? orderOf(index, used, sort) : 0
  if (score === 0) {
    return { plan: { kind: 'index', index, ranges: [EVERYTHING], order }, score: order === 0 ? 0 : 1 }
  }
  ranges ??= prefixes.sort((a, b) => a.compare(b)).map((prefix) => ({ low: cutCode(prefix), high: cutCode(prefix) }))
  return { plan: { kind: 'index', index, ranges, order }, score: score + (order === 0 ? 0 : 1) }
}

function rangesBehind(prefixes: readonly Buffer[], bound: Bounds, descending: boolean, multikey: boolean): CodeRange[] | undefined {
  const sample = bound.prefix ?? bound.low ?? bound.high
  if (sample === undefined) return undefined
  let low = Buffer.of(keyTag(sample))
  let high = low
  if (bound.prefix !== undefined) low = high = encodeKey(bound.prefix).subarray(0, -1) as typeof low
  else {
    // Of an array one element may meet the one bound and another the other.
    if (bound.low !== undefined) low = encodeKey(bound.low) as typeof low
    if (bound.high !== undefined && !(multikey && bound.low !== undefined)) high = encodeKey(bound.high) as typeof high
  }
  const [start, end] = descending ? [invertKey(high), invertKey(low)] : [low, high]
  return prefixes.map((prefix) => ({ low: cutCode(Buffer.concat([prefix, start])), high: cutCode(Buffer.concat([prefix, end])) }))
}

/** 1 if the entries behind `fixed` equal paths come in the order of the sort, -1 in its reverse. A last `_id` needs no path: it ends every entry. */
function orderOf(index: IndexEntry, fixed: number, sort: ReadonlyMap<string, number> | undefined): 1 | -1 | 0 {
  if (sort === undefined) return 0
  const paths = Object.keys(index.key)
  let at = fixed
  let order: 1 | -1 | 0 = 0
  for (const [path, direction] of sort) {
    if (paths.indexOf(path) >= 0 && paths.indexOf(path) < fixed) continue
    const own = at < paths.length ? paths[at] : '_id'
    if (own !== path) return 0
    const same = (at < paths.length ? Number(index.key[path]) : 1) === direction ? 1 : -1
    if (order !== 0 && order !== same) return 0
    order = same
    at++
  }
  // Ties are in the order of ids only where no further path comes before the id.
  return at < paths.length ? 0 : order
}

function hasPositions(index: IndexEntry): boolean {
  return Object.keys(index.key).some((path) => /(^|\.)\d+(\.|$)/.test(path))
}

function distinctCodes(values: readonly unknown[]): Buffer[] {
  const codes = new Map<string, Buffer>()
  for (const value of values) {
    const code = encodeKey(value)
    codes.set(code.toString('latin1'), code)
  }
  return [...codes.values()].sort((a, b) => a.compare(b))
}
