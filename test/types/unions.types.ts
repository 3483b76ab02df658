import { expectTypeOf } from 'expect-type'
import { BehaviorSubject, map, type Observable } from 'rxjs'
import {
  aggregate,
  asArray,
  type Feed,
  fullJoin,
  group,
  join,
  maxOf,
  mergeEach,
  orderBy,
  type OrderedFeed,
  rollup,
  countOf,
  select,
  selectMany,
  sumOf,
  switchFeed,
  top,
  union,
  where,
  xor,
} from '../../src/streams/index.js'

interface Circle {
  readonly id: string
  readonly kind: 'circle'
  readonly r: number
  readonly tag?: string
}
interface Square {
  readonly id: string
  readonly kind: 'square'
  readonly side: number
  readonly tag?: string | null
  readonly at: Date
}
type Shape = Circle | Square
declare const shapes: Feed<Shape>
declare const circles: Feed<Circle>
declare const squares: Feed<Square>
const chosen = new BehaviorSubject<Shape['kind']>('circle')

// A feed of fewer kinds of items is one of more.
expectTypeOf(circles).toExtend<Feed<Shape>>()

// Feeds of different items become a feed of any of them.
expectTypeOf(union(circles, squares)).toEqualTypeOf<Feed<Shape>>()
expectTypeOf(union(circles, squares, { resolve: ([first]) => first! })).toEqualTypeOf<Feed<Shape>>()
expectTypeOf(union(circles, circles, { resolve: (all) => ({ ...all[0]!, r: all.length }) })).toEqualTypeOf<Feed<Circle>>()
expectTypeOf(union(...[circles, circles])).toEqualTypeOf<Feed<Circle>>()
expectTypeOf(xor(circles, squares)).toEqualTypeOf<Feed<Shape>>()
expectTypeOf(shapes.pipe(mergeEach(({ kind }) => (kind === 'circle' ? circles : squares)))).toEqualTypeOf<Feed<Shape>>()
expectTypeOf(
  chosen.pipe(
    map((kind) => (kind === 'circle' ? circles : squares)),
    switchFeed(),
    select((shape) => shape.kind),
  ),
).toEqualTypeOf<Feed<'circle' | 'square'>>()
expectTypeOf(
  chosen.pipe(
    map((kind) => shapes.pipe(where({ kind }), orderBy({ id: 1 }))),
    switchFeed(),
    top(2),
  ),
).toEqualTypeOf<OrderedFeed<Shape>>()

// Optional fields, and those that only some items have.
expectTypeOf(shapes.pipe(where({ tag: { $exists: true } }), orderBy({ tag: 1 }), asArray())).toEqualTypeOf<Observable<readonly Shape[]>>()
expectTypeOf(
  shapes.pipe(
    group('tag'),
    mergeEach(({ feed }) => feed),
  ),
).toEqualTypeOf<Feed<Shape>>()
expectTypeOf(circles.pipe(join(squares, { left: 'tag', right: 'tag', select: ({ r }, { side }) => r * side }))).toEqualTypeOf<
  Feed<number>
>()
expectTypeOf(
  circles.pipe(
    fullJoin(squares, { left: 'id', right: 'id' }),
    select(({ left, right }) => left?.r ?? right?.side),
  ),
).toEqualTypeOf<Feed<number | undefined>>()
expectTypeOf(
  shapes.pipe(
    rollup('kind', { n: countOf(), last: maxOf((shape) => (shape.kind === 'square' ? shape.at : undefined)) }),
    select(({ last }) => last?.getTime()),
  ),
).toEqualTypeOf<Feed<number | undefined>>()
expectTypeOf(
  shapes.pipe(
    selectMany((shape) => (shape.kind === 'circle' ? [shape.r] : [shape.side, shape.side])),
    aggregate(sumOf((length) => length)),
  ),
).toEqualTypeOf<Observable<number>>()
// @ts-expect-error only circles have it: a predicate can ask for the kind first
shapes.pipe(where({ r: { $gt: 1 } }))

// Functions that are generic over the items.
export function leaders<T extends { readonly n: number }>(feed: Feed<T>): OrderedFeed<T> {
  return feed.pipe(
    where((item) => item.n > 1),
    orderBy((a, b) => b.n - a.n),
    top(3),
  )
}
export function total<T extends { readonly n: number }>(feed: Feed<T>): Observable<number> {
  return feed.pipe(aggregate(sumOf((item) => item.n)))
}

// A predicate that tells a type narrows, whether it is written or inferred.
expectTypeOf(shapes.pipe(where((shape): shape is Circle => shape.kind === 'circle'))).toEqualTypeOf<Feed<Circle>>()
expectTypeOf(shapes.pipe(where((shape) => shape.kind === 'circle'))).toEqualTypeOf<Feed<Circle>>()
