import type { PlainObject } from './plain-json.js'

/** Paths by their first name; `undefined` if all that it holds is meant. */
export type Paths = Map<string, Paths | undefined>

/** Of `a` and `a.b`, `a` counts. O(length of the paths). */
export function pathsOf(paths: readonly string[]): Paths {
  const all: Paths = new Map()
  for (const path of paths) {
    const names = path.split('.')
    const last = names.pop()!
    let holder: Paths | undefined = all
    for (const name of names) {
      if (holder?.has(name) === false) holder.set(name, new Map())
      holder = holder?.get(name)
    }
    holder?.set(last, undefined)
  }
  return all
}

/** The object with (`keep`) only these paths, or without them; of a list that is for each element, as MongoDB has it. O(size of what they lead through). */
export function project(object: PlainObject, paths: Paths, keep: boolean): PlainObject {
  const result: PlainObject = {}
  for (const [name, value] of Object.entries(object)) {
    const inner = paths.get(name)
    const parts = inner !== undefined ? within(value, inner, keep) : paths.has(name) === keep ? [value] : []
    if (parts.length > 0) result[name] = parts[0]
  }
  return result
}

/** What is left of a value that a path leads through; nothing, if it leads nowhere there. */
function within(value: unknown, paths: Paths, keep: boolean): unknown[] {
  if (Array.isArray(value)) return [value.flatMap((each) => within(each, paths, keep))]
  if (isPlain(value)) return [project(value, paths, keep)]
  return keep ? [] : [value]
}

/** Not a date, an id or a buffer. */
function isPlain(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)
}
