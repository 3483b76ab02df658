import fc from 'fast-check'
import mongoose from 'mongoose'

const { Binary, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp } = mongoose.mongo.BSON

const ids = ['000000000000000000000001', '65a1b2c3d4e5f60718293a4b'].map((id) => new ObjectId(id))

/** Values of every type that an item can hold, few enough of each to meet again. */
const numbers: readonly unknown[] = [
  ...[0, -0, 1, 2, -1, -5, 1.5, -1.5, 2 ** 31, 2 ** 53, NaN, Infinity, -Infinity],
  ...[Long.fromNumber(1), Long.fromString('9007199254740993'), new Int32(2), new Double(2), Decimal128.fromString('1.5')],
]
const others: readonly unknown[] = [
  ...['', 'a', 'ab', 'B', 'ä', '1'],
  ...[true, false, new Date(0), new Date(-1), new Date(1)],
  ...[...ids, new Binary(Buffer.from('b')), new Binary(Buffer.from('aa')), new Binary(Buffer.from('b'), 5)],
  ...[new Timestamp({ t: 1, i: 1 }), new Timestamp({ t: 1, i: 2 }), new MinKey(), new MaxKey()],
]
const weighted = (arbitraries: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<unknown>])[]): fc.Arbitrary<unknown> =>
  fc.oneof(...arbitraries.map(([weight, arbitrary]) => ({ weight, arbitrary })))

export const scalar = weighted([
  [3, fc.constantFrom<unknown>(0, 1, 2, 'a', 'ab')],
  [3, fc.constantFrom(...numbers)],
  [3, fc.constantFrom(...others)],
  [1, fc.constant(null)],
])

const document = (value: fc.Arbitrary<unknown>): fc.Arbitrary<object> =>
  fc.uniqueArray(fc.tuple(fc.constantFrom('b', 'c', '0'), value), { maxLength: 2, selector: ([key]) => key }).map(Object.fromEntries)

/** A scalar, a document or an array, down to three levels. */
export const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 3, arbitrary: scalar },
    { weight: 2, arbitrary: document(tie('value')) },
    { weight: 2, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
  ),
})).value

export const item = fc.record({ a: value, d: value }, { requiredKeys: [], noNullPrototype: true })

export const path = fc.constantFrom('a', 'a', 'a.b', 'a.b', 'a.0', 'a.1', 'a.b.c', 'a.0.b', 'a.b.0', 'a.c', 'd')

const numeric = fc.constantFrom(1, 2, 3, 4, -2, 2.5, Long.fromNumber(3))
const operators = (operand: fc.Arbitrary<unknown>): Record<string, fc.Arbitrary<unknown>> => ({
  $eq: operand,
  $ne: operand,
  $gt: operand,
  $gte: operand,
  $lt: operand,
  $lte: operand,
  $in: fc.array(operand, { maxLength: 3 }),
  $nin: fc.array(operand, { maxLength: 3 }),
  $exists: fc.boolean(),
  $size: fc.nat(3),
  $mod: fc.tuple(numeric, fc.constantFrom(0, 1, -1, 0.5, Long.fromNumber(1))),
  $type: weighted([
    [2, fc.constantFrom('number', 'int', 'double', 'long', 'decimal', 'string', 'object', 'array', 'bool', 'date', 'null', 2, 16, -1, 127)],
    [1, fc.subarray<unknown>(['number', 'string', 7, 'timestamp', 'binData', 'minKey'], { minLength: 1 })],
  ]),
})

/** Conditions on one field: a value, or operators, also within `$not`, `$all` and `$elemMatch`. */
export const conditions = (operand: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
  const plain = operators(operand)
  const one = fc.constantFrom(...Object.keys(plain)).chain((name) => plain[name]!.map((given): object => ({ [name]: given })))
  const some = fc.oneof({ weight: 3, arbitrary: one }, { weight: 1, arbitrary: fc.tuple(one, one).map(([a, b]) => ({ ...a, ...b })) })
  const { nested } = fc.letrec<{ nested: object; fields: object; logic: object }>((tie) => ({
    fields: fc.tuple(fc.constantFrom('b', 'b.c', 'c', '0'), fc.oneof(operand, tie('nested'))).map(([key, given]) => ({ [key]: given })),
    logic: fc
      .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(tie('fields'), { minLength: 1, maxLength: 2 }))
      .map(([name, given]) => ({ [name]: given })),
    nested: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { weight: 4, arbitrary: some },
      { weight: 1, arbitrary: tie('nested').map(($not) => ({ $not })) },
      { weight: 1, arbitrary: fc.array(operand, { maxLength: 3 }).map(($all) => ({ $all })) },
      {
        weight: 1,
        arbitrary: fc
          .array(fc.oneof(tie('fields'), some), { minLength: 1, maxLength: 2 })
          .map((list) => ({ $all: list.map(($elemMatch) => ({ $elemMatch })) })),
      },
      { weight: 1, arbitrary: tie('nested').map(($elemMatch) => ({ $elemMatch })) },
      { weight: 1, arbitrary: fc.oneof(tie('fields'), tie('logic')).map(($elemMatch) => ({ $elemMatch })) },
    ),
  }))
  return fc.oneof({ weight: 1, arbitrary: operand }, { weight: 4, arbitrary: nested })
}

export const filter = fc.letrec<{ filter: object; field: object }>((tie) => ({
  field: fc.tuple(path, conditions(value)).map(([key, condition]) => ({ [key]: condition })),
  filter: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 6, arbitrary: tie('field') },
    { weight: 1, arbitrary: fc.tuple(tie('field'), tie('field')).map(([a, b]) => ({ ...a, ...b })) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(tie('filter'), { minLength: 1, maxLength: 3 }))
        .map(([name, filters]) => ({ [name]: filters })),
    },
  ),
})).filter

/** A sort by one of the paths into `a`, before or after `d`. */
export const sortOf = (...paths: readonly string[]): fc.Arbitrary<Readonly<Record<string, 1 | -1>>> => {
  const direction = fc.constantFrom(1 as const, -1 as const)
  const key = fc.constantFrom(...paths).chain((name) => direction.map((way): [string, 1 | -1] => [name, way]))
  const other = direction.map((way): [string, 1 | -1] => ['d', way])
  return fc.oneof(fc.tuple(key), fc.tuple(key, other), fc.tuple(other, key)).map(Object.fromEntries)
}

const sortableScalar = scalar.filter((given) => !(given instanceof Binary) || given.sub_type === 0)
const scalars = fc.array(sortableScalar, { maxLength: 3 })
const whole = fc.record({ b: fc.oneof(sortableScalar, scalars), c: sortableScalar }, { noNullPrototype: true })

/** Items that stay clear of the named differences in sorts: the documents of an array have all the fields. */
export const sortable = fc.record(
  { a: fc.oneof(sortableScalar, whole, scalars, fc.array(whole, { minLength: 1, maxLength: 3 })), d: sortableScalar },
  { requiredKeys: [], noNullPrototype: true },
)
