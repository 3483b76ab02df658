import { encodeBytes } from './wire-bytes.js'

/** A value of the bson package, told by its tag: this code must not need the package. */
export type BsonValue = Readonly<{ _bsontype: string; buffer: Uint8Array; position: number; sub_type: number; toString(): string }>

/** A value of the bson package as extended JSON. */
export function encodeBson(value: BsonValue): unknown {
  const number = Number(value)
  switch (value._bsontype) {
    case 'Long':
      return Number.isSafeInteger(number) ? number : { $numberLong: String(value) }
    case 'Int32':
    case 'Double':
      return Number.isFinite(number) ? number : { $numberDouble: String(number) }
    case 'Binary':
      return encodeBytes(value.buffer.subarray(0, value.position), value.sub_type)
    default:
      // ObjectId, UUID, Decimal128, Timestamp and the like: their text.
      return String(value)
  }
}
