import { compareValues, isDocument, isMissing } from './value-order.js'

export type Test = (value: unknown) => boolean

/** True if a part of a path names an element of an array: `0`, but not `00`, nor `length`. */
function isPosition(array: readonly unknown[], part: string): part is `${number}` {
  return part !== 'length' && Object.hasOwn(array, part)
}

/**
 * Whether `test` holds for any value that the path leads to from its part `from` on, as MongoDB's matcher walks it: `undefined` where it leads to
 * nothing; through each document of an array on the way; an array at the end gives itself and its elements (only itself if `whole`); an
 * element named by its position is not opened.
 */
export function someAt(value: unknown, path: readonly string[], from: number, test: Test, whole: boolean): boolean {
  for (let i = from; i < path.length; i++) {
    const part = path[i]!
    if (Array.isArray(value)) {
      if (value.some((element) => isDocument(element) && someAt(element, path, i, test, whole))) return true
      if (!isPosition(value, part)) return false
      value = value[Number(part)]
      if (i + 1 === path.length) return test(value ?? null)
      if (!Array.isArray(value) && !isDocument(value)) return false
    } else if (isDocument(value)) value = value[part]
    else return test(undefined)
  }
  return test(value) || (!whole && Array.isArray(value) && value.some((element) => test(element ?? null)))
}

/** The path of a key of a sort, and its direction. */
export type Way = readonly [path: readonly string[], direction: number]

/**
 * What an item sorts by: the value that the path of the last of the ways leads to from its part `from` on, `null` where there is none. Of an array it is the
 * first of its elements in the order of all the ways that lead through it; an empty array comes before null, so it is `undefined` here.
 */
export function sortKey(value: unknown, ways: readonly Way[], from: number): unknown {
  const path = ways.at(-1)![0]
  for (let i = from; i <= path.length; i++) {
    const part = path[i]
    if (Array.isArray(value)) {
      if (part !== undefined && isPosition(value, part)) {
        value = value[Number(part)]
        if (i + 1 === path.length) return value ?? null
        continue
      }
      if (value.length === 0) return part && null
      const common = ways.filter(([other]) => other.slice(0, i).join() === path.slice(0, i).join())
      const keyOf = (element: unknown, of: number): unknown =>
        common[of]![0].length === i ? (element ?? null) : isDocument(element) ? sortKey(element, common.slice(0, of + 1), i) : null
      value = value.reduce((best: unknown, element: unknown) =>
        common.reduce((result, [, direction], of) => result || direction * compareValues(keyOf(element, of), keyOf(best, of)), 0) < 0
          ? element
          : best,
      )
      if (part === undefined) return value ?? null
    }
    if (part !== undefined) value = isDocument(value) ? value[part] : null
  }
  return isMissing(value) ? null : value
}
