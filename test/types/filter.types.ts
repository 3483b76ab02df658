import type mongoose from 'mongoose'
import { compileFilter, type Filter, type Sort } from '../../src/streams/query.js'

interface Line {
  readonly sku: string
  readonly count?: number
  readonly marks: readonly (readonly number[])[]
}
interface Item {
  readonly text: string
  readonly maybe?: string
  readonly orNull: string | null
  readonly either: string | number
  readonly one: 'a' | 'b'
  readonly count: number
  readonly big: bigint
  readonly flag: boolean
  readonly date: Date
  readonly id: mongoose.mongo.ObjectId
  readonly long: mongoose.mongo.Long
  readonly bytes: Uint8Array
  readonly texts: readonly string[]
  readonly textOrTexts: string | readonly string[]
  readonly maybeTexts?: readonly (string | null)[]
  readonly pair: readonly [string, number]
  readonly lines: readonly Line[]
  readonly address?: { readonly city: string; readonly geo?: { readonly lat: number } | null }
  readonly shape: { readonly kind: 'circle'; readonly radius: number } | { readonly kind: 'square'; readonly side: number }
  readonly open: unknown
  readonly record: Readonly<Record<string, number>>
}
declare const id: mongoose.mongo.ObjectId
declare const long: mongoose.mongo.Long

// Each operator where it can find something; null also asks for a missing field.
const accepted: Filter<Item>[] = [
  { maybe: null, orNull: null, text: null },
  { either: 1, $or: [{ either: 'x' }, { either: { $gt: 1, $prefix: 'a', $mod: [2, 0] } }] },
  { one: { $in: ['a', null], $nin: ['b'] } },
  { count: { $mod: [4, 0], $not: { $mod: [3, 1] } }, big: { $gte: 5n, $mod: [2, 0] }, long: { $gt: long, $mod: [2, 0] } },
  { flag: { $ne: true }, date: { $gte: new Date(0), $type: 'date' }, id: { $in: [id] }, bytes: { $eq: new Uint8Array() } },
  { texts: 'a', $and: [{ texts: ['a'] }, { texts: { $all: ['a', 'b'], $size: 2, $prefix: 'a' } }] },
  { texts: { $elemMatch: { $prefix: 'a', $ne: 'ab' } }, 'texts.0': { $prefix: 'a' } },
  { textOrTexts: { $size: 1 }, maybeTexts: { $all: [null, 'a'] }, 'pair.1': { $gt: 1 }, pair: ['a', 1] },
  { textOrTexts: 'a', maybeTexts: { $elemMatch: { $eq: null } } },
  { lines: { $elemMatch: { sku: { $prefix: 'A' }, count: { $gt: 1 }, $or: [{ 'marks.0': 5 }, { marks: { $size: 0 } }] } } },
  { lines: { $all: [{ $elemMatch: { sku: 'A' } }, { $elemMatch: { count: null } }] }, 'lines.sku': { $in: ['A'] }, 'lines.0.count': 1 },
  { lines: { $not: { $elemMatch: { sku: 'A' } } }, 'lines.marks': { $elemMatch: { $elemMatch: { $gt: 5 } } } },
  { 'address.city': 'Bonn', 'address.geo.lat': { $gt: 50 }, address: { $exists: false }, 'address.geo': null },
  { 'shape.kind': 'circle', 'shape.radius': { $gt: 1 }, 'shape.side': 2 },
  { open: { anything: [1] }, $nor: [{ open: { $size: 1, $prefix: 'a', $mod: [2, 0], $elemMatch: { x: 1 } } }] },
  { 'record.anything': { $lt: 5 } },
  { text: { $type: ['string', 10, 'null', -1] } },
]
void accepted

type F = Filter<Item>
// A wrong field or path.
// @ts-expect-error no such field
const field: F = { txt: 'a' }
// @ts-expect-error no such field of the elements
const elementField: F = { 'lines.skus': 'A' }
// @ts-expect-error no such field at a position
const positionField: F = { 'lines.0.skus': 'A' }
// @ts-expect-error a string has no fields
const belowText: F = { 'text.length': 1 }
// @ts-expect-error a Date has no fields
const belowDate: F = { 'date.getTime': 1 }
// @ts-expect-error an ObjectId has no fields
const belowId: F = { 'id.id': 1 }
// @ts-expect-error no such field within an optional object
const belowOptional: F = { 'address.geo.lon': 1 }
// @ts-expect-error no such field within $nor
const withinLogic: F = { $nor: [{ $and: [{ txt: 'a' }] }] }
// @ts-expect-error no such field within $elemMatch of $all
const withinAll: F = { lines: { $all: [{ $elemMatch: { skus: 'A' } }] } }
void [field, elementField, positionField, belowText, belowDate, belowId, belowOptional, withinLogic, withinAll]

// A wrong operand.
// @ts-expect-error a text, not a number
const textOperand: F = { text: { $gt: 5 } }
// @ts-expect-error not one of the literals
const literalOperand: F = { one: 'c' }
// @ts-expect-error neither of the two
const unionOperand: F = { either: true }
// @ts-expect-error a Date, not its text
const dateOperand: F = { date: { $lt: '2024-01-01' } }
// @ts-expect-error an ObjectId, not its text
const idOperand: F = { id: '65a1b2c3d4e5f60718293a4b' }
// @ts-expect-error a list for $in
const inOperand: F = { text: { $in: 'a' } }
// @ts-expect-error wrong element for $nin
const ninOperand: F = { count: { $nin: ['1'] } }
// @ts-expect-error wrong element of an array
const elementOperand: F = { texts: 5 }
// @ts-expect-error wrong type at a position
const positionOperand: F = { 'texts.0': 5 }
// @ts-expect-error wrong type through an array
const throughOperand: F = { 'lines.count': { $gt: '1' } }
// @ts-expect-error wrong operand below $not
const notOperand: F = { count: { $not: { $gt: '1' } } }
// @ts-expect-error $not takes operators
const notValue: F = { count: { $not: 5 } }
// @ts-expect-error wrong operand within $elemMatch
const elemMatchOperand: F = { texts: { $elemMatch: { $gt: 5 } } }
// @ts-expect-error true or false
const existsOperand: F = { text: { $exists: 'yes' } }
// @ts-expect-error no such type
const typeOperand: F = { text: { $type: 'text' } }
// @ts-expect-error a pair of numbers
const modOperand: F = { count: { $mod: [2] } }
// @ts-expect-error an array of filters
const orOperand: F = { $or: { text: 'a' } }
void [textOperand, literalOperand, unionOperand, dateOperand, idOperand, inOperand, ninOperand, elementOperand, positionOperand]
void [throughOperand, notOperand, notValue, elemMatchOperand, existsOperand, typeOperand, modOperand, orOperand]

// An operator that finds nothing in such a field.
// @ts-expect-error a text is no array
const sizeOfText: F = { text: { $size: 1 } }
// @ts-expect-error an object is no array
const elemMatchOfObject: F = { address: { $elemMatch: { city: 'Bonn' } } }
// @ts-expect-error a number has no beginning
const prefixOfNumber: F = { count: { $prefix: '1' } }
// @ts-expect-error no element is a text
const prefixOfObjects: F = { lines: { $prefix: 'A' } }
// @ts-expect-error a text has no remainder
const modOfText: F = { text: { $mod: [2, 0] } }
// @ts-expect-error a Date is no number
const modOfDate: F = { date: { $mod: [2, 0] } }
// @ts-expect-error no element is a number
const modOfTexts: F = { texts: { $mod: [2, 0] } }
// @ts-expect-error the same within $not
const sizeWithinNot: F = { 'address.city': { $not: { $size: 1 } } }
// @ts-expect-error the same within $elemMatch
const modWithinElemMatch: F = { lines: { $elemMatch: { sku: { $mod: [2, 0] } } } }
// @ts-expect-error an operator that there is not
const regex: F = { text: { $regex: 'a' } }
void [sizeOfText, elemMatchOfObject, prefixOfNumber, prefixOfObjects, modOfText, modOfDate, modOfTexts, sizeWithinNot]
void [modWithinElemMatch, regex]

// Sorts.
const sorts: Sort<Item>[] = [{}, { text: 1, 'address.geo.lat': -1 }, { 'lines.count': 1, 'lines.0.sku': -1, texts: 1 }, { open: 1 }]
void sorts
// @ts-expect-error no such path
const sortPath: Sort<Item> = { 'lines.skus': 1 }
// @ts-expect-error neither 1 nor -1
const sortDirection: Sort<Item> = { text: 0 }
// @ts-expect-error a direction, not a text
const sortText: Sort<Item> = { text: 'desc' }
void [sortPath, sortDirection, sortText]

// Items of which nothing is known take every field, and generic code every filter of its type.
compileFilter<Record<string, unknown>>({ a: { $size: 1, $prefix: 'a' }, 'b.c': { $mod: [2, 0] } })
export function matching<T extends object>(items: readonly T[], filter: Filter<T>): readonly T[] {
  return items.filter(compileFilter<T>(filter))
}

// Elements of several kinds, nested records, tuples, and what is unknown.
interface Odd {
  readonly maybe: readonly ({ readonly a: number } | null)[]
  readonly mixed: readonly (string | { readonly a: number })[]
  readonly list: readonly ({ readonly kind: 'circle'; readonly radius: number } | { readonly kind: 'square'; readonly side: number })[]
  readonly map: Record<string, { readonly n: number }>
  readonly deep: Record<string, Record<string, number>>
  readonly flat: Record<string, number>
  readonly pair: readonly [string, number]
  readonly open: unknown
}
const odd: Filter<Odd>[] = [
  { maybe: { $elemMatch: { a: 1 } }, mixed: { $elemMatch: { a: { $gt: 1 } } } },
  { list: { $elemMatch: { kind: 'circle', radius: { $gt: 1 } } } },
  { 'map.foo.n': 1, 'deep.a.b': 1, 'flat.a': 1, 'pair.0': 'a', 'pair.1': { $gt: 1 }, 'open.x.y': 1 },
]
void odd
// @ts-expect-error no kind of element has such a field
const noKind: Filter<Odd> = { list: { $elemMatch: { diameter: 1 } } }
// @ts-expect-error it is a number
const flatText: Filter<Odd> = { 'flat.a': 'x' }
// @ts-expect-error the first is a text
const firstOfPair: Filter<Odd> = { 'pair.0': 1 }
// @ts-expect-error the second is a number
const secondOfPair: Filter<Odd> = { 'pair.1': 'a' }
void [noKind, flatText, firstOfPair, secondOfPair]
