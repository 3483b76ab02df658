import { isDocument } from './value-order.js'

/** A dotted path, taken apart once. */
export interface Path {
  readonly parts: readonly string[]
  /** The array position that a part names, or -1. */
  readonly indices: readonly number[]
}

export type Test = (value: unknown) => boolean

export function parsePath(text: string): Path {
  const parts = text.split('.')
  return { parts, indices: parts.map((part) => (/^(0|[1-9]\d{0,8})$/.test(part) ? Number(part) : -1)) }
}

/**
 * The value that a path leads to through documents alone; where an array is met, that array, as a sign to take the long way; where
 * nothing is, `undefined`.
 */
export function direct(item: unknown, parts: readonly string[]): unknown {
  let value = (item as Readonly<Record<string, unknown>>)[parts[0]!]
  for (let i = 1; i < parts.length; i++) {
    if (Array.isArray(value)) return value
    if (!isDocument(value)) return undefined
    value = value[parts[i]!]
  }
  return value
}

/**
 * Whether `test` holds for any value that the path leads to, as MongoDB's matcher walks it: `undefined` where it leads to nothing; through
 * each document of an array on the way; an array at the end gives its elements and then itself (only itself if `whole`); an element
 * named by its position is not opened.
 */
export function someAt(value: unknown, path: Path, from: number, test: Test, whole: boolean): boolean {
  const { parts } = path
  for (let i = from; i < parts.length; i++) {
    if (Array.isArray(value)) return someInArray(value, path, i, test, whole)
    if (!isDocument(value)) return test(undefined)
    value = value[parts[i]!]
  }
  return whole ? test(value) : someLeaf(value, test)
}

function someLeaf(value: unknown, test: Test): boolean {
  return (Array.isArray(value) && value.some((element) => test(element ?? null))) || test(value)
}

function someInArray(array: readonly unknown[], path: Path, from: number, test: Test, whole: boolean): boolean {
  const last = from + 1 === path.parts.length
  for (let i = 0; i < array.length; i++) {
    const element = array[i] ?? null
    const named = i === path.indices[from]
    if (isDocument(element)) {
      if (someAt(element, path, from, test, whole)) return true
      if (named && (last ? test(element) : someAt(element, path, from + 1, test, whole))) return true
    } else if (named) {
      if (last ? test(element) : Array.isArray(element) && someInArray(element, path, from + 1, test, whole)) return true
    }
  }
  return false
}
