import { isDocument, isMissing } from './value-order.js'

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

/**
 * What an item sorts by: the value that the path leads to from its part `from` on, `null` where there is none; of an array what `pick` takes of its
 * elements (never none); an empty array comes before null, so it is `undefined` here.
 */
export function sortKey(value: unknown, path: readonly string[], from: number, pick: (values: readonly unknown[]) => unknown): unknown {
  for (let i = from; i < path.length; i++) {
    const part = path[i]!
    if (Array.isArray(value)) {
      if (value.length === 0) return null
      if (!isPosition(value, part)) return pick(value.map((element) => (isDocument(element) ? sortKey(element, path, i, pick) : null)))
      value = value[Number(part)]
      if (i + 1 === path.length) return value ?? null
    } else if (isDocument(value)) value = value[part]
    else return null
  }
  if (Array.isArray(value)) return value.length === 0 ? undefined : pick(value)
  return isMissing(value) ? null : value
}
