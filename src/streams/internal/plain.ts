import { QueryError } from '../../errors.js'
import { bsonType } from './value-order.js'

/** Bounds on a query. Those of `parseQuery` suit what a stranger sends. */
export interface QueryLimits {
  /** Levels of nesting. Default 16. */
  readonly depth: number
  /** Values in the filter, all levels together. Default 5,000. */
  readonly values: number
  /** Elements of one array in the filter, `$in` above all. Default 1,000. */
  readonly elements: number
  /** Keys of `sort`. Default 8. */
  readonly sortKeys: number
  /** Names in `fields`. Default 100. */
  readonly fields: number
}

export interface FilterOptions {
  /** Accept `RegExp` instances. Default `false`: a regular expression of a stranger can block the process. */
  readonly allowRegExp?: boolean
}

export const HOSTILE_LIMITS: QueryLimits = { depth: 16, values: 5_000, elements: 1_000, sortKeys: 8, fields: 100 }
/** For filters written in the program: only what keeps a cycle from running on. */
export const OWN_LIMITS: QueryLimits = { depth: 64, values: Infinity, elements: Infinity, sortKeys: Infinity, fields: Infinity }

export function refuse(path: string, why: string): never {
  throw new QueryError(`${path}: ${why}`, path)
}

/** Refuses names that could reach a prototype, and paths with an empty part. */
export function checkName(name: string, path: string): void {
  for (const part of name.split('.')) {
    if (part === '') refuse(path, `${JSON.stringify(name)} is not a path; write a.b.c, without empty parts`)
    if (part === '__proto__' || part === 'constructor' || part === 'prototype') refuse(path, `the name ${part} is not allowed`)
  }
}

/**
 * A copy of `input` of which nothing is shared with the caller: plain objects, arrays, scalars, dates, and instances of BSON classes as
 * they are. Throws `QueryError` for everything else.
 */
export function plainCopy(input: unknown, path: string, limits: QueryLimits & FilterOptions): unknown {
  let values = 0
  return copy(input, path, 0)

  function copy(value: unknown, at: string, depth: number): unknown {
    if (++values > limits.values) refuse(at, `more than ${limits.values} values`)
    if (typeof value === 'undefined') refuse(at, 'is undefined; leave the field out, or use null for missing')
    if (typeof value === 'function' || typeof value === 'symbol') refuse(at, `a ${typeof value} can't be part of a query`)
    if (typeof value !== 'object' || value === null) return value
    if (depth >= limits.depth) refuse(at, `nested deeper than ${limits.depth} levels, or cyclic`)
    if (Array.isArray(value)) {
      if (value.length > limits.elements) refuse(at, `has ${value.length} elements; at most ${limits.elements} are allowed`)
      return Array.from(value, (element, i) => copy(element, `${at}.${i}`, depth + 1))
    }
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? refuse(at, 'is an invalid date') : new Date(value)
    if (value instanceof RegExp && !limits.allowRegExp) refuse(at, 'regular expressions are not allowed here; use $prefix')
    // Without g and y, so that it has no memory of the last match.
    if (value instanceof RegExp) return new RegExp(value.source, value.flags.replace(/[gy]/g, ''))
    if (bsonType(value) !== undefined || value instanceof Uint8Array) return value
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
      refuse(at, 'only plain objects, arrays, scalars, dates and BSON values can be part of a query')
    const result: Record<string, unknown> = {}
    for (const key of Object.keys(value)) {
      if (key === '_bsontype') refuse(`${at}.${key}`, 'is not allowed; pass an instance of the BSON class')
      checkName(key, `${at}.${key}`)
      result[key] = copy((value as Record<string, unknown>)[key], `${at}.${key}`, depth + 1)
    }
    return result
  }
}
