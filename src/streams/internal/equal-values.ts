import { bsonType, compareValues } from './value-order.js'

/**
 * Deep equality of items: JSON-like values, dates, BSON values and byte arrays by value, everything else by identity.
 * The order of keys doesn't count; a key with `undefined` is not the same as no key; NaN equals NaN. O(size of the smaller value).
 *
 * ```ts
 * equalValues({ a: [1, new Date(0)] }, { a: [1, new Date(0)] }) // true
 * ```
 */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a !== a && b !== b
  const prototype: unknown = Object.getPrototypeOf(a)
  if (prototype !== Object.getPrototypeOf(b)) return false
  if (Array.isArray(a)) {
    if (!Array.isArray(b) || a.length !== b.length) return false
    for (let i = 0; i < a.length; i++) if (!equalValues(a[i], b[i])) return false
    return true
  }
  if (prototype === Object.prototype || prototype === null) return equalObjects(a as Record<string, unknown>, b as Record<string, unknown>)
  if (a instanceof Date || a instanceof Uint8Array || a instanceof RegExp || bsonType(a) !== undefined) return compareValues(a, b) === 0
  return false
}

/** Of plain objects `for in` lists the own keys, and without making an array of them. */
function equalObjects(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  let surplus = 0
  for (const key in a) {
    const value = b[key]
    if (a[key] !== value && !equalValues(a[key], value)) return false
    if (value === undefined && !Object.hasOwn(b, key)) return false
    surplus++
  }
  for (const _ in b) surplus--
  return surplus === 0
}
