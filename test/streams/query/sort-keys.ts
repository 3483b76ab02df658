import { compareValues, type Sort } from '../../../src/streams/query.js'

type Item = Record<string, unknown>
type Tuple = readonly unknown[]

type Way = readonly [value: unknown, rest: readonly string[] | undefined]

const isDocument = (value: unknown): value is Item => Object.getPrototypeOf(value ?? 0) === Object.prototype

/**
 * MongoDB's order written down as its server has it (`index/btree_key_generator.cpp`): an item has all the tuples that an index over the keys of the sort would
 * hold, of which the first counts. Slow, and built otherwise than ours: an oracle. `undefined` where the keys lead through two arrays, which MongoDB refuses.
 */
export function compareAsIndex(sort: Sort<Item>, a: Item, b: Item): number | undefined {
  const paths = Object.keys(sort).map((key) => key.split('.'))
  const directions = Object.values(sort) as readonly number[]
  const compare = (left: Tuple, right: Tuple) =>
    directions.reduce((result, direction, i) => result || direction * compareValues(left[i], right[i]), 0)
  const [first, second] = [a, b].map((item) => tuplesOf(paths.map((path) => [item, path]))?.sort(compare)[0])
  return first && second && compare(first, second)
}

/** Stands between the least key and null, where the server has BSON's deprecated `undefined`. */
const EMPTY = undefined

function tuplesOf(ways: readonly Way[]): Tuple[] | undefined {
  const ends = ways.map(([value, rest]): Way => advance(value, rest))
  const arrays = new Set(ends.filter(([, rest]) => rest !== undefined).map(([value]) => value as unknown[]))
  if (arrays.size > 1) return undefined
  const [array] = arrays
  if (array === undefined) return [ends.map(([value]) => value)]
  if (array.length === 0)
    return tuplesOf(ends.map(([value, rest]) => (rest === undefined ? [value, rest] : [rest.length === 0 ? EMPTY : null, undefined])))
  const lists = array.map((element) =>
    tuplesOf(
      ends.map(([value, rest]): Way => {
        if (rest === undefined) return [value, rest]
        const [part, ...more] = rest
        if (part === undefined) return [element, undefined]
        if (/^(0|[1-9]\d*)$/.test(part) && Number(part) < array.length) return [array[Number(part)], more.length === 0 ? undefined : more]
        return isDocument(element) ? [element, rest] : [null, undefined]
      }),
    ),
  )
  return lists.some((list) => list === undefined) ? undefined : lists.flatMap((list) => list!)
}

/** Goes on to the end of the path, where `rest` is `undefined`, or to the next array. */
function advance(value: unknown, rest: readonly string[] | undefined): Way {
  if (rest === undefined || Array.isArray(value)) return [value, rest]
  const [part, ...more] = rest
  if (part === undefined) return [value ?? null, undefined]
  return advance(isDocument(value) ? value[part] : null, more)
}
