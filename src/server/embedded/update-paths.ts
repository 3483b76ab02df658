import type { Doc } from './codec.js'
import { compilePredicate } from './predicate.js'
import { badValue, serverError } from './server-errors.js'

/** What `$` and `$[name]` in a path refer to. */
export interface PositionalFilters {
  /** The filter that found the document. */
  readonly filter: unknown
  readonly arrayFilters: readonly Doc[]
}

export type Path = readonly string[]

/** The paths without `$`, `$[]`, `$[name]` that an update's path stands for in a document. */
export function concretePaths(document: Doc, path: string, positions: PositionalFilters): Path[] {
  const parts = path.split('.')
  for (const part of parts) {
    if (part === '') throw serverError(56, 'EmptyFieldName', `the path '${path}' has an empty field name`)
    if (part === '__proto__') throw badValue(`the path '${path}' can't be updated`)
  }
  if (!path.includes('$')) return [parts]
  return expand(document, document, [], parts, positions, path)
}

function expand(root: Doc, value: unknown, done: Path, rest: Path, positions: PositionalFilters, path: string): Path[] {
  const [part, ...others] = rest
  if (part === undefined) return [done]
  if (!part.startsWith('$')) return expand(root, childOf(value, part), [...done, part], others, positions, path)
  if (!Array.isArray(value)) throw badValue(`the path '${path}' needs an array at '${done.join('.')}'`)
  const indices =
    part === '$' ? [positionOf(root, done.join('.'), positions.filter, path)] : matching(value, part, positions.arrayFilters, path)
  return indices.flatMap((i) => expand(root, value[i], [...done, String(i)], others, positions, path))
}

/** The element at which the filter first matched the array. */
function positionOf(root: Doc, arrayPath: string, filter: unknown, path: string): number {
  const conditions = conditionsOn(filter, arrayPath)
  const array = arrayPath.split('.').reduce<unknown>(childOf, root) as unknown[]
  if (conditions.length > 0) {
    const tests = conditions.map(compilePredicate)
    const index = array.findIndex((element) => tests.every((test) => test({ array: [element] })))
    if (index >= 0) return index
  }
  throw badValue(`the positional operator of '${path}' did not find the match needed from the query`)
}

/** The conditions of a filter on an array and in it, as filters of `{ array }`. */
function conditionsOn(filter: unknown, arrayPath: string): Doc[] {
  return Object.entries((filter ?? {}) as Doc).flatMap(([key, condition]) => {
    if (key === '$and' && Array.isArray(condition)) return condition.flatMap((part) => conditionsOn(part, arrayPath))
    if (key === arrayPath) return [{ array: condition }]
    return key.startsWith(`${arrayPath}.`) ? [{ [`array${key.slice(arrayPath.length)}`]: condition }] : []
  })
}

function matching(array: readonly unknown[], part: string, arrayFilters: readonly Doc[], path: string): number[] {
  const name = /^\$\[(\w*)\]$/.exec(part)?.[1]
  if (name === undefined) throw badValue(`the path '${path}' has the unknown operator ${part}`)
  if (name === '') return [...array.keys()]
  const filters = arrayFilters.filter((filter) => usesName(filter, name))
  if (filters.length === 0) throw badValue(`no array filter found for identifier '${name}' in path '${path}'`)
  const tests = filters.map(compilePredicate)
  return [...array.keys()].filter((i) => tests.every((test) => test({ [name]: array[i] })))
}

function usesName(filter: unknown, name: string): boolean {
  return Object.entries((filter ?? {}) as Doc).some(([key, value]) =>
    key.startsWith('$') ? Array.isArray(value) && value.some((part) => usesName(part, name)) : key === name || key.startsWith(`${name}.`),
  )
}

/** One step down a path; undefined where there is nothing. */
export function childOf(value: unknown, part: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value)) return /^\d+$/.test(part) ? (value as unknown[])[Number(part)] : undefined
  return Object.hasOwn(value, part) ? (value as Doc)[part] : undefined
}

export function valueAt(document: Doc, path: Path): unknown {
  return path.reduce<unknown>(childOf, document)
}

/** How far beyond its end an array is filled with null. */
const MAX_GAP = 1_500_000

/** Sets a value, making the objects on the way. Throws 28 where something else than an object or array is in the way. */
export function setAt(document: Doc, path: Path, value: unknown): void {
  let holder: unknown = document
  path.forEach((part, i) => {
    const last = i === path.length - 1
    if (typeof holder !== 'object' || holder === null || '_bsontype' in holder || holder instanceof Date) {
      throw serverError(28, 'PathNotViable', `can't create field '${part}' in '${path.slice(0, i).join('.')}': it is not an object`)
    }
    if (Array.isArray(holder)) {
      if (!/^\d+$/.test(part))
        throw serverError(28, 'PathNotViable', `can't create field '${part}' in the array '${path.slice(0, i).join('.')}'`)
      if (Number(part) - holder.length > MAX_GAP) throw badValue(`'${path.join('.')}' lies too far beyond the end of the array`)
      while (holder.length < Number(part)) holder.push(null)
    }
    const own = holder as Doc
    if (last) own[part] = value
    else if (own[part] === undefined) own[part] = {}
    holder = own[part]
  })
}

/** Removes a field; of an array the element becomes null. */
export function unsetAt(document: Doc, path: Path): void {
  const holder = valueAt(document, path.slice(0, -1))
  const part = path.at(-1)!
  if (Array.isArray(holder)) {
    if (/^\d+$/.test(part) && Number(part) < holder.length) holder[Number(part)] = null
  } else if (typeof holder === 'object' && holder !== null) Reflect.deleteProperty(holder, part)
}
