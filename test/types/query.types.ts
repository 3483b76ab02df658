import { expectTypeOf } from 'expect-type'
import { compileFilter, compileSort, parseQuery, type Filter, type Query, type Sort } from '../../src/streams/query.js'

interface Address {
  readonly city: string
  readonly zip?: string
  readonly geo: { readonly lat: number; readonly lon: number }
}
interface Person {
  readonly name: string
  readonly age?: number
  readonly born: Date
  readonly plan: 'free' | 'paid'
  readonly address: Address
  readonly tags: readonly string[]
  readonly orders: readonly { readonly total: number; readonly lines: { readonly sku: string }[] }[]
  readonly meta: Record<string, unknown>
}
interface Tree {
  readonly name: string
  readonly children: readonly Tree[]
  readonly parent?: Tree
}

// Accepted.
const accepted: Filter<Person>[] = [
  {},
  { name: 'Ada' },
  { age: null },
  { age: { $gte: 18, $lt: 65 } },
  { plan: { $in: ['free', 'paid'] } },
  { born: { $lt: new Date(0) } },
  { tags: 'red' },
  { tags: ['red', 'blue'] },
  { tags: { $all: ['red'], $size: 2 } },
  { 'tags.0': 'red' },
  { name: { $prefix: 'A', $caseInsensitive: true } },
  { 'address.city': 'Bonn' },
  { 'address.geo.lat': { $gt: 50 } },
  { address: { city: 'Bonn', geo: { lat: 1, lon: 2 } } },
  { 'orders.total': { $gt: 5 } },
  { 'orders.0.total': 5 },
  { 'orders.lines.sku': 'x' },
  { orders: { $elemMatch: { total: { $gt: 5 }, 'lines.sku': 'x' } } },
  { tags: { $elemMatch: { $prefix: 'r' } } },
  { $and: [{ name: 'Ada' }, { $or: [{ age: 1 }, { age: { $not: { $gt: 5 } } }] }], $nor: [{ plan: 'free' }] },
  { 'meta.anything': { $exists: true } },
]
void accepted

// Refused.
// @ts-expect-error no such field
const unknownField: Filter<Person> = { nmae: 'Ada' }
// @ts-expect-error wrong type of value
const wrongValue: Filter<Person> = { name: 5 }
// @ts-expect-error wrong type of operand
const wrongOperand: Filter<Person> = { age: { $gt: '18' } }
// @ts-expect-error wrong element of a list
const wrongList: Filter<Person> = { plan: { $in: ['gold'] } }
// @ts-expect-error no such operator
const unknownOperator: Filter<Person> = { age: { $foo: 1 } }
// @ts-expect-error no such path
const unknownPath: Filter<Person> = { 'address.street': 'x' }
// @ts-expect-error wrong type at the path
const wrongAtPath: Filter<Person> = { 'address.geo.lat': 'north' }
// @ts-expect-error wrong field within $or
const wrongWithin: Filter<Person> = { $or: [{ nmae: 'Ada' }] }
// @ts-expect-error wrong field within $elemMatch
const wrongElement: Filter<Person> = { orders: { $elemMatch: { totl: 5 } } }
// @ts-expect-error a regular expression must be allowed first
const pattern: Filter<Person> = { name: /x/ }
// @ts-expect-error only 1 and -1
const wrongDirection: Sort<Person> = { name: 'asc' }
// @ts-expect-error no such path
const wrongSort: Sort<Person> = { 'address.street': 1 }
void [
  unknownField,
  wrongValue,
  wrongOperand,
  wrongList,
  unknownOperator,
  unknownPath,
  wrongAtPath,
  wrongWithin,
  wrongElement,
  pattern,
  wrongDirection,
  wrongSort,
]

// Recursive items end somewhere; loose items take everything.
const tree: Filter<Tree> = { 'children.children.name': 'x', 'parent.name': 'y' }
const loose: Filter<Record<string, unknown>> = { anything: { $gt: 5 }, 'a.b': 1 }
void [tree, loose]

// A guard of NoInfer keeps the item's type, and the filter is still checked against it.
declare function where<T extends object>(items: readonly T[], filter: Filter<NoInfer<T>>): readonly T[]
declare const people: readonly Person[]
expectTypeOf(where(people, { plan: 'free' })).toEqualTypeOf<readonly Person[]>()
where(people, { 'address.city': 'Bonn', orders: { $elemMatch: { total: 1 } } })
// @ts-expect-error no such field
where(people, { nmae: 'Ada' })
// @ts-expect-error wrong operand
where(people, { age: { $gt: 'x' } })

// As an operator sees it: T is inferred from the pipe.
declare function pipe<A, B>(input: readonly A[], operator: (input: readonly A[]) => B): B
declare function whereOf<T extends object>(filter: Filter<NoInfer<T>>): (input: readonly T[]) => readonly T[]
expectTypeOf(pipe(people, whereOf({ name: 'Ada' }))).toEqualTypeOf<readonly Person[]>()
// @ts-expect-error no such field
pipe(people, whereOf({ nmae: 'Ada' }))

// In generic code nothing needs a cast.
export function generic<T extends object>(query: Query<T>): ((item: T) => boolean) | undefined {
  return query.filter && compileFilter<T>(query.filter)
}

expectTypeOf(compileFilter<Person>({ name: 'Ada' })).toEqualTypeOf<(item: Person) => boolean>()
expectTypeOf(compileSort<Person>({ name: 1, 'address.city': -1 })).toEqualTypeOf<(a: Person, b: Person) => number>()
expectTypeOf(parseQuery<Person>({})).toEqualTypeOf<Query<Person>>()
