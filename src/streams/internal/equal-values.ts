import { bsonType, compareValues, typeOf } from './value-order.js'

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
  if (!a || !b || typeof a !== 'object') return a !== a && b !== b
  const prototype: unknown = Object.getPrototypeOf(a)
  if (prototype !== Object.getPrototypeOf(b)) return false
  if (Array.isArray(a)) return a.length === (b as unknown[]).length && a.every((element, i) => equalValues(element, (b as unknown[])[i]))
  if (prototype === Object.prototype || prototype === null) return equalObjects(a as Record<string, unknown>, b as Record<string, unknown>)
  const type = typeOf(a)
  // An instance of a class that isn't BSON's has no value that could be told from outside. A filter rounds decimals.
  return (
    (type !== 'object' || bsonType(a) !== undefined) &&
    (type === 'decimal' ? JSON.stringify(a) === JSON.stringify(b) : compareValues(a, b) === 0)
  )
}

/** Of plain objects `for in` lists the own keys, and without making an array of them. */
function equalObjects(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>): boolean {
  let surplus = 0
  for (const key in a) {
    const value = b[key]
    if (!equalValues(a[key], value) || (value === undefined && !Object.hasOwn(b, key))) return false
    surplus++
  }
  for (const _ in b) surplus--
  return surplus === 0
}
