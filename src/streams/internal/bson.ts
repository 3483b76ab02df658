import type { TypeName } from './value-order.js'

/** The parts of the BSON classes that are read here, whichever version of `bson` made them. */
interface BsonLike {
  readonly id: Uint8Array
  readonly buffer: Uint8Array
  readonly position: number
  readonly sub_type?: number
  readonly pattern?: string
  readonly options?: string
  readonly source?: string
  readonly flags?: string
  toBigInt?(): bigint
}

/** The types of the BSON classes by name. Classes that aren't here (`DBRef`, `Code`) count as documents. */
export const BSON_CLASSES: Readonly<Record<string, TypeName>> = {
  Double: 'double',
  Binary: 'binData',
  ObjectId: 'objectId',
  BSONRegExp: 'regex',
  Int32: 'int',
  Timestamp: 'timestamp',
  Long: 'long',
  Decimal128: 'decimal',
  MinKey: 'minKey',
  MaxKey: 'maxKey',
}

/** Name of the BSON class of an object, or `undefined`. An own `_bsontype` is data that somebody sent, not a class. */
export function bsonType(value: object): string | undefined {
  return Object.hasOwn(value, '_bsontype') ? undefined : (value as { _bsontype?: string })._bsontype
}

/** The value of a BSON class of numbers without loss; any other value as it is. */
export function exactOf(value: unknown): unknown {
  return (value as BsonLike).toBigInt?.() ?? value
}

/** By rank, the parts that BSON's classes, byte arrays and regular expressions compare by, one after the other. */
export const BSON_PARTS: Readonly<Record<number, (value: never) => ArrayLike<unknown>>> = {
  30: (value: Uint8Array | BsonLike) => {
    const bytes = value instanceof Uint8Array ? value : value.buffer.subarray(0, value.position)
    return [bytes.length, (value as BsonLike).sub_type ?? 0, ...bytes]
  },
  35: ({ id }: BsonLike) => id,
  50: ({ pattern, source, options, flags }: BsonLike) => [pattern ?? source, options ?? flags],
}
