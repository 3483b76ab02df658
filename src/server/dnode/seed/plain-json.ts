import { LimitError } from '../../../errors.js'
import { isForbidden } from '../../../streams/transports/dnode/json-shape.js'
import { SeedError } from './seed-error.js'

/** A JSON object of a client, made anew: it holds nothing that a caller still has. */
export type PlainObject = Record<string, unknown>

/** What the arguments of one call may weigh. */
export interface PlainLimits {
  readonly depth: number
  readonly frameBytes: number
}

/**
 * Arguments as plain JSON, made anew: functions, undefined and symbols are left out, as JSON would, other instances become what their `toJSON` says.
 * Keys of the prototype chain, and the mark of BSON's classes, are `'invalid parameters'`; what is too deep or too large is a `LimitError`. O(size).
 */
export function plainJson(value: unknown, { depth, frameBytes }: PlainLimits): unknown {
  let units = 0
  const weigh = (length: number): void => {
    units += length
    if (units > frameBytes) throw new LimitError(`the arguments of a call take more than ${frameBytes} bytes`, 'frameBytes', frameBytes)
  }
  return copy(value, depth)

  function copy(from: unknown, levels: number): unknown {
    switch (typeof from) {
      case 'string':
        weigh(from.length + 2)
        return from
      case 'number':
        weigh(8)
        return Number.isFinite(from) ? from : null
      case 'boolean':
        return from
      case 'object':
        break
      default:
        return undefined
    }
    if (from === null) return null
    if (levels < 0) throw new LimitError(`the arguments of a call are nested deeper than ${depth} levels`, 'depth', depth)
    if (Array.isArray(from)) {
      weigh(from.length + 2)
      return from.map((element: unknown) => copy(element, levels - 1) ?? null)
    }
    const { toJSON } = from as { readonly toJSON?: unknown }
    if (typeof toJSON === 'function') return copy(toJSON.call(from), levels - 1)
    const object: PlainObject = {}
    for (const key of Object.keys(from)) {
      if (isForbidden(key) || key === '_bsontype') throw new SeedError('invalid parameters')
      weigh(key.length + 4)
      const own = copy((from as PlainObject)[key], levels - 1)
      if (own !== undefined) object[key] = own
    }
    return object
  }
}

/** The JSON of a document; a BigInt is text, which Mongoose takes back, unless the application has given it a `toJSON`. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each))
  }
}
