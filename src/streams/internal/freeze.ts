/**
 * Freezes plain objects and arrays, all the way down, in development builds; anything else is left alone.
 * The environment is asked once; where a bundler knows it, nothing of this file is left in production.
 */
export const freezeItem: <T>(item: T) => T = (typeof process === 'undefined' ? false : process.env['NODE_ENV'] !== 'production')
  ? freeze
  : (item) => item

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return value
  Object.values(Object.freeze(value)).forEach(freeze)
  return value
}
