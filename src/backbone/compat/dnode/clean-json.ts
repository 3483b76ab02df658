import { LimitError } from '../../../errors.js'
import { isForbidden } from '../../../streams/transports/dnode/json-shape.js'

const deepest = 100
/** Only arguments with cycles in them, which dnode can build, come near. */
const mostNodes = 1e7

/**
 * A copy that is plain JSON, whatever was given: no functions, no keys of the prototype chain, nothing with a prototype of its own but what
 * `toJSON` makes of it. Throws `LimitError` for what is nested deeper than 100 levels. O(size).
 */
export function cleanJson(value: unknown): unknown {
  let left = mostNodes
  const clean = (inner: unknown, depth: number): unknown => {
    if (typeof inner !== 'object' || inner === null) return isScalar(inner) ? inner : undefined
    if (depth > deepest || --left < 0) throw new LimitError(`something is nested deeper than ${deepest} levels`, 'depth', deepest)
    if (Array.isArray(inner)) return inner.map((each) => clean(each, depth + 1) ?? null)
    if (!isPlain(inner)) {
      const { toJSON } = inner as { toJSON?: unknown }
      return typeof toJSON === 'function' ? clean(toJSON.call(inner), depth + 1) : undefined
    }
    const copy: Record<string, unknown> = {}
    for (const [key, each] of Object.entries(inner)) {
      const kept = isForbidden(key) ? undefined : clean(each, depth + 1)
      if (kept !== undefined) copy[key] = kept
    }
    return copy
  }
  return clean(value, 0)
}

/** What of an operation's options travels: no callbacks, no models, nothing that belongs to this side alone. */
export function cleanOptions(options: object): Record<string, unknown> {
  const kept = Object.entries(options).filter(
    ([, value]) => typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Date || isPlain(value as object),
  )
  return cleanJson(Object.fromEntries(kept)) as Record<string, unknown>
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

/** An object literal, also one of another frame of the page. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
