import { freezeItem } from '../../streams/internal/freeze.js'

/** An item as feeds of models carry it. */
export type Item = Readonly<Record<string, unknown>>

interface HexId {
  toHexString(): string
}

/** The key of a document: its `_id` as text. */
export function keyOf(id: unknown): string {
  return isObjectId(id) ? id.toHexString() : String(id)
}

/** The item of a document: without `_id` and `__v`, ObjectIds as hexadecimal text, everything else as it is; shares no container with it. */
export function toItem(document: Readonly<Record<string, unknown>>): Item {
  const item: Record<string, unknown> = {}
  for (const field of Object.keys(document)) {
    if (field !== '_id' && field !== '__v') item[field] = plainValue(document[field])
  }
  return freezeItem(item)
}

function plainValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(plainValue)
  if (isObjectId(value)) return value.toHexString()
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return value instanceof Map ? plainValue(Object.fromEntries(value)) : value
  const plain: Record<string, unknown> = {}
  for (const field of Object.keys(value)) plain[field] = plainValue((value as Record<string, unknown>)[field])
  return plain
}

/** Told by BSON's own mark: there may be several copies of the class in one process. */
function isObjectId(value: unknown): value is HexId {
  return typeof value === 'object' && value !== null && (value as { _bsontype?: unknown })._bsontype === 'ObjectId'
}
