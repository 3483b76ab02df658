// Asked once. Both branches are the same where a bundler knows the environment, so that nothing of this file is left in production.
const development = typeof process === 'undefined' ? false : process.env['NODE_ENV'] !== 'production'

/** Freezes plain objects and arrays, all the way down, in development builds; anything else is left alone. */
export function freezeItem<T>(item: T): T {
  if (development) freeze(item)
  return item
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return
  const prototype: unknown = Object.getPrototypeOf(value)
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return
  Object.freeze(value)
  for (const inner of Object.values(value)) freeze(inner)
}
