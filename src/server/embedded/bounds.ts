import { isDocument } from '../../streams/internal/value-order.js'

/** What a filter demands of one path, as far as an index can use it; the filter itself is asked again. */
export interface Bounds {
  /** The value is one of these. */
  readonly equal?: readonly unknown[]
  readonly low?: unknown
  readonly high?: unknown
  /** A string that begins so. */
  readonly prefix?: string
}

/** The demands of all conditions that must hold, by path. */
export function boundsOf(filter: unknown): ReadonlyMap<string, Bounds> {
  const found = new Map<string, Bounds>()
  collect(filter, found)
  return found
}

function collect(filter: unknown, found: Map<string, Bounds>): void {
  if (!isDocument(filter)) return
  for (const [key, condition] of Object.entries(filter)) {
    if (key === '$and' && Array.isArray(condition)) condition.forEach((part) => collect(part, found))
    else if (!key.startsWith('$')) {
      const bounds = boundsOfCondition(condition, key)
      if (bounds !== undefined) found.set(key, { ...found.get(key), ...bounds })
    }
  }
}

function boundsOfCondition(condition: unknown, path: string): Bounds | undefined {
  if (!isDocument(condition) || !Object.keys(condition).some((key) => key.startsWith('$'))) {
    return usable(condition, path) ? { equal: [condition] } : undefined
  }
  const bounds: { -readonly [K in keyof Bounds]: Bounds[K] } = {}
  if (Object.hasOwn(condition, '$eq') && usable(condition.$eq, path)) bounds.equal = [condition.$eq]
  else if (Array.isArray(condition.$in) && condition.$in.every((value) => usable(value, path))) bounds.equal = condition.$in as unknown[]
  const low = condition.$gte ?? condition.$gt
  const high = condition.$lte ?? condition.$lt
  if (isScalar(low)) bounds.low = low
  if (isScalar(high)) bounds.high = high
  if (typeof condition.$prefix === 'string' && condition.$caseInsensitive !== true) bounds.prefix = condition.$prefix
  return Object.keys(bounds).length === 0 ? undefined : bounds
}

/** Null on a dotted path matches in ways that its entries don't show. */
function usable(value: unknown, path: string): boolean {
  return value === null ? !path.includes('.') : isScalar(value)
}

const SCALAR_CLASSES = new Set(['ObjectId', 'Int32', 'Double', 'Long', 'Decimal128', 'Binary', 'Timestamp'])

function isScalar(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isNaN(value)
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint') return true
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof Date) return !Number.isNaN(value.getTime())
  return !Object.hasOwn(value, '_bsontype') && SCALAR_CLASSES.has((value as { _bsontype?: string })._bsontype ?? '')
}
