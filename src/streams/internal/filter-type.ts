/** Values without fields of their own. */
type Leaf =
  | string
  | number
  | boolean
  | bigint
  | symbol
  | null
  | undefined
  | Date
  | RegExp
  | Uint8Array
  | { readonly _bsontype: string }
  | ((...args: never[]) => unknown)

/** How deep paths are spelled out; what lies deeper must be reached by `$elemMatch` or a subdocument. */
type Deepest = 4

/** The dotted paths of `T`: through objects, through arrays, and by position in arrays. */
export type Path<T, Depth extends readonly unknown[] = []> = Depth['length'] extends Deepest
  ? never
  : { [K in keyof T & string]: K | (unknown extends T[K] ? `${K}.${string}` : Below<K, NonNullable<T[K]>, [...Depth, unknown]>) }[keyof T &
      string]

type Below<K extends string, V, Depth extends readonly unknown[]> = V extends Leaf
  ? never
  : V extends readonly (infer E)[]
    ? | `${K}.${Position<V>}`
      | (NonNullable<E> extends infer N ? (N extends Leaf ? never : `${K}.${'' | `${number}.`}${Path<N, Depth>}`) : never)
    : `${K}.${Path<V, Depth>}`

/** The positions of an array, or those that a tuple has. */
type Position<V extends readonly unknown[]> = number extends V['length'] ? `${number}` : Extract<keyof V, `${number}`>

/** What lies at a path. Of a record whose values have fields, nobody can say whether a dot is one of its names. */
export type ValueAt<T, P extends string> = unknown extends T
  ? unknown
  : T extends readonly (infer E)[]
    ? P extends `${number}`
      ? P extends keyof T
        ? T[P]
        : E
      : P extends `${number}.${infer Rest}`
        ? ValueAt<NonNullable<E>, Rest>
        : ValueAt<NonNullable<E>, P>
    : P extends keyof T
      ? string extends keyof T
        ? T[P] extends Leaf
          ? T[P]
          : unknown
        : T[P]
      : P extends `${infer K}.${infer Rest}`
        ? K extends keyof T
          ? ValueAt<unknown extends T[K] ? unknown : NonNullable<T[K]>, Rest>
          : never
        : never

type ElementOf<V> = V extends readonly (infer E)[] ? E : never

/** What a value can equal: itself, as an array one of its elements too; `null` is also a missing field. */
type Operand<V> = Exclude<V, undefined> | Exclude<ElementOf<V>, undefined> | null

/** The names of BSON's types, as `$type` takes them. */
export type TypeName =
  | 'number'
  | 'double'
  | 'int'
  | 'long'
  | 'decimal'
  | 'string'
  | 'object'
  | 'array'
  | 'binData'
  | 'objectId'
  | 'bool'
  | 'date'
  | 'null'
  | 'regex'
  | 'javascript'
  | 'symbol'
  | 'timestamp'
  | 'minKey'
  | 'maxKey'

/** The operators on any field. */
interface CommonOperators<V> {
  readonly $eq?: Operand<V>
  readonly $ne?: Operand<V>
  readonly $gt?: Operand<V>
  readonly $gte?: Operand<V>
  readonly $lt?: Operand<V>
  readonly $lte?: Operand<V>
  readonly $in?: readonly Operand<V>[]
  readonly $nin?: readonly Operand<V>[]
  readonly $not?: Operators<V>
  readonly $exists?: boolean
  readonly $type?: TypeName | number | readonly (TypeName | number)[]
  readonly $all?: readonly (Operand<V> | { readonly $elemMatch: Elements<V> })[]
}

interface ArrayOperators<V> {
  readonly $elemMatch?: Elements<V>
  readonly $size?: number
}

interface NumberOperators {
  /** Divisor and remainder. */
  readonly $mod?: readonly [divisor: number, remainder: number]
}

interface TextOperators {
  /** A string that begins with this one, which is taken literally. Ours, not MongoDB's. */
  readonly $prefix?: string
  /** With `$prefix`: upper and lower case are the same. */
  readonly $caseInsensitive?: boolean
}

/** `Yes` if a value of `V`, or an element of it, can be one of `Kind`; otherwise none of its operators may be given. Unknown values take all. */
type If<V, Kind, Yes> = unknown extends V
  ? Yes
  : [Extract<V | ElementOf<V>, Kind>] extends [never]
    ? { readonly [Name in keyof Yes]?: never }
    : Yes

/** The operators on one field: those of arrays, numbers and strings only where there can be some. */
export type Operators<V> = CommonOperators<V> &
  If<V, readonly unknown[], ArrayOperators<V>> &
  If<V, number | bigint | { readonly _bsontype: string }, NumberOperators> &
  If<V, string, TextOperators>

type Elements<V> = Operators<Exclude<ElementOf<V>, undefined>> | FilterOf<ElementOf<V>>

/** Of each of several kinds of elements, a filter. */
type FilterOf<E> = E extends Leaf ? never : Filter<E>

/** A value to equal, or operators. */
export type Condition<V> = unknown extends V ? unknown : Operand<V> | Operators<V>

/**
 * Which items match: a named subset of MongoDB's query language, with MongoDB's meaning.
 * Fields and dotted paths of `T` with a value or operators ($eq $ne $gt $gte $lt $lte $in $nin $not $exists $type $all $elemMatch $size
 * $mod, and our own $prefix), joined by $and, $or, $nor.
 *
 * ```ts
 * const adults: Filter<Person> = { age: { $gte: 18 }, 'address.city': { $in: ['Bonn', 'Ulm'] } }
 * ```
 */
export type Filter<T> = { readonly [P in Path<T>]?: Condition<ValueAt<T, P>> } & {
  readonly $and?: readonly Filter<T>[]
  readonly $or?: readonly Filter<T>[]
  readonly $nor?: readonly Filter<T>[]
}

/** In which order: paths with 1 (ascending) or -1 (descending), the first decides first. */
export type Sort<T> = { readonly [P in Path<T>]?: 1 | -1 }
