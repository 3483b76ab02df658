import { compileSort } from '../../streams/query.js'
import type { CollectionEntry } from './catalog.js'
import { decodeDocument, type Doc } from './codec.js'
import { badValue, notImplemented } from './server-errors.js'
import { encodeKey } from './key-codec.js'
import { planFor, type Plan } from './plan.js'
import { compilePredicate } from './predicate.js'
import type { View } from './view.js'

export interface Selection {
  readonly filter?: unknown
  readonly sort?: unknown
  readonly skip?: number
  readonly limit?: number
}

/** A document that was found: what is stored, and a fresh copy. */
export interface Found {
  readonly bytes: Buffer
  readonly document: Doc
}

/** The documents of a filter, ordered, ties by id; all at once, so that they are of one moment. Throws a `MongoServerError` for a bad filter or sort. */
export function select(view: View, namespace: string, selection: Selection): Found[] {
  const matches = compilePredicate(selection.filter)
  const sort = sortKeys(selection.sort)
  const entry = view.collection(namespace)
  const skip = whole(selection.skip, 'skip')
  const limit = Math.abs(whole(selection.limit, 'limit', true)) || Infinity
  const overlay = view.overlay?.(namespace)
  const plan: Plan = entry === undefined ? { kind: 'ids', ids: [] } : planFor(entry, selection.filter, sort)
  const ordered = overlay === undefined && (sort === undefined || (plan.kind !== 'ids' && plan.order !== 0))
  const enough = ordered ? skip + limit : Infinity
  const found: Found[] = []
  const consider = (bytes: Buffer): boolean => {
    const document = decodeDocument(bytes)
    if (matches(document)) found.push({ bytes, document })
    return found.length >= enough
  }
  if (enough > 0 && !isFull(entry === undefined ? [] : candidates(view, entry, plan), consider, overlay)) {
    if (overlay !== undefined) for (const bytes of overlay.documents()) if (consider(bytes)) break
  }
  if (overlay !== undefined) orderById(found)
  if (!ordered && sort !== undefined) order(found, sort)
  return skip > 0 || limit < found.length ? found.slice(skip, skip + limit) : found
}

function isFull(bytes: Iterable<Buffer>, consider: (bytes: Buffer) => boolean, overlay: ReturnType<NonNullable<View['overlay']>>): boolean {
  for (const each of bytes) {
    if (overlay?.hides(encodeKey(decodeDocument(each)._id))) continue
    if (consider(each)) return true
  }
  return false
}

/** Candidates come in the order of ids and sorting is stable: ties stay in it. */
function order(found: Found[], sort: ReadonlyMap<string, number>): void {
  const compare = compileSort<Doc>(Object.fromEntries(sort) as Record<string, 1 | -1>)
  found.sort((a, b) => compare(a.document, b.document))
}

function orderById(found: Found[]): void {
  const keys = new Map(found.map((each) => [each, encodeKey(each.document._id)]))
  found.sort((a, b) => Buffer.compare(keys.get(a)!, keys.get(b)!))
}

function* candidates(view: View, entry: CollectionEntry, plan: Plan): Generator<Buffer> {
  if (plan.kind === 'all') {
    yield* view.documents(entry, plan.range, plan.order === -1)
    return
  }
  if (plan.kind === 'ids') {
    for (const id of plan.ids) {
      const bytes = view.document(entry, id)
      if (bytes !== undefined) yield bytes
    }
    return
  }
  // One document has several entries where an array lies on the path.
  const seen = plan.index.multikey ? new Set<string>() : undefined
  // Without an order of its own an index must not show: the answer is the same with and without it.
  const ids = plan.order === 0 ? [...idsOf(view, plan)].sort((a, b) => a.compare(b)) : idsOf(view, plan)
  for (const id of ids) {
    if (seen !== undefined) {
      const text = id.toString('latin1')
      if (seen.has(text)) continue
      seen.add(text)
    }
    const bytes = view.document(entry, id)
    if (bytes !== undefined) yield bytes
  }
}

/** Ids in the plan's order; walking backwards, those of equal values are turned round again, so that ties are always in the order of ids. */
function* idsOf(view: View, plan: Plan & { kind: 'index' }): Generator<Buffer> {
  for (const range of plan.ranges) {
    if (plan.order !== -1) {
      for (const { id } of view.entries(plan.index, range, false)) yield id
      continue
    }
    let run: Buffer[] = []
    let code: Buffer | undefined
    for (const { key, id } of view.entries(plan.index, range, true)) {
      const own = key.subarray(0, key.length - id.length)
      if (code !== undefined && !code.equals(own)) {
        yield* run.reverse()
        run = []
      }
      code = own
      run.push(id)
    }
    yield* run.reverse()
  }
}

/** A sort in any of the forms that MongoDB's driver takes, as ordered keys. `undefined` where nothing is to be sorted. */
export function sortKeys(sort: unknown): ReadonlyMap<string, number> | undefined {
  if (sort === undefined || sort === null) return undefined
  const pairs =
    typeof sort === 'string' ? [[sort, 1]] : sort instanceof Map ? [...sort] : Array.isArray(sort) ? arrayKeys(sort) : Object.entries(sort)
  const keys = new Map<string, number>()
  for (const [path, direction] of pairs as [string, unknown][]) keys.set(path, directionOf(path, direction))
  return keys.size === 0 ? undefined : keys
}

function arrayKeys(sort: readonly unknown[]): unknown[] {
  if (sort.length === 2 && typeof sort[0] === 'string' && !Array.isArray(sort[1]) && !isName(sort[1])) return [sort]
  return sort.map((each: unknown): unknown => (Array.isArray(each) ? each : [each, 1]))
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && !['asc', 'desc', 'ascending', 'descending', '1', '-1'].includes(value)
}

function directionOf(path: string, direction: unknown): 1 | -1 {
  if (typeof direction === 'object' && direction !== null && '$meta' in direction) throw notImplemented(`a sort by $meta (of ${path})`)
  const text = typeof direction === 'number' ? String(direction) : direction
  if (text === '1' || text === 'asc' || text === 'ascending') return 1
  if (text === '-1' || text === 'desc' || text === 'descending') return -1
  throw badValue(`can't sort by ${path}: the direction is ${JSON.stringify(direction)}, and must be 1 or -1`)
}

function whole(value: unknown, name: string, negative = false): number {
  if (value === undefined || value === null) return 0
  const number = Number(value)
  if (!Number.isSafeInteger(number) || (number < 0 && !negative))
    throw badValue(`${name} must be a whole number of at least 0, not ${JSON.stringify(value)}`)
  return number
}
