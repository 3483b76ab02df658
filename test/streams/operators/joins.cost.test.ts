import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Subject } from 'rxjs'
import {
  antiJoin,
  commitEvent,
  type Feed,
  type FeedEvent,
  fullJoin,
  join,
  leftJoin,
  publishEvent,
  related,
  resetEvent,
  rightJoin,
  semiJoin,
  Source,
  tree,
} from '../../../src/streams/index.js'
import { Groups } from '../../../src/streams/internal/groups.js'
import { PositionTree } from '../../../src/streams/internal/position-tree.js'

interface Item {
  readonly id: string
  readonly key: string
  readonly v?: number
}
const idOf = (i: number): string => `i${String(i).padStart(6, '0')}`

let touched = 0
const originals = { seek: PositionTree.prototype.seek, range: PositionTree.prototype.range, each: Groups.prototype.each }

/** Counts the entries that are compared, listed or gone through. */
function countEntries(): void {
  PositionTree.prototype.seek = function (this: PositionTree<never>, probe: never, compare: (a: never, b: never) => number): void {
    originals.seek.call(this, probe, (a, b) => (touched++, compare(a as never, b as never)))
  } as typeof originals.seek
  PositionTree.prototype.range = function (this: PositionTree<never>, from?: number, to?: number): never[] {
    const range = originals.range.call(this, from, to) as never[]
    touched += range.length
    return range
  } as typeof originals.range
  Groups.prototype.each = function (this: Groups<unknown, unknown>, visit: (entry: never, key: unknown) => void): void {
    originals.each.call(this, (entry, key) => {
      touched++
      visit(entry as never, key)
    })
  } as typeof originals.each
}

const read = ({ key }: Item): string => (touched++, key)
const keys = { left: read, right: read }
type Given = { readonly left: Source<Item>; readonly right: Source<Item> }

/** A left of n items that share `groups(n)` keys, and a right with `size(n)` items for each of the first few keys. */
interface Case {
  readonly groups: (n: number) => number
  readonly rights: (n: number) => readonly Item[]
  readonly build: (given: Given) => Feed<unknown>
  readonly write: (given: Given, i: number) => void
}

const few = (n: number): readonly Item[] => Array.from({ length: Math.min(n, 1000) }, (_, i) => ({ id: idOf(i), key: `k${i}` }))
const many = (n: number): readonly Item[] => Array.from({ length: n }, (_, i) => ({ id: idOf(i), key: 'k0' }))
const one = (): readonly Item[] => [{ id: 'r', key: 'k0' }]
const ten = (n: number): number => n / 10
const all = (): number => 1

const cases: Readonly<Record<string, Case>> = {
  'join, a change': {
    groups: ten,
    rights: few,
    build: ({ left, right }) => left.feed.pipe(join(right.feed, keys)),
    write: ({ left }, i) => left.patch(idOf(i), { v: 1 }),
  },
  'join, a foreign key': {
    groups: ten,
    rights: few,
    build: ({ left, right }) => left.feed.pipe(join(right.feed, keys)),
    write: ({ left }, i) => left.patch(idOf(i), { key: 'k1' }),
  },
  'join, the key of the right': {
    groups: ten,
    rights: few,
    build: ({ left, right }) => left.feed.pipe(join(right.feed, keys)),
    write: ({ right }) => right.patch(idOf(2), { key: 'k3' }),
  },
  'join, one of a large group': {
    groups: all,
    rights: one,
    build: ({ left, right }) => left.feed.pipe(join(right.feed, keys)),
    write: ({ left }, i) => left.patch(idOf(i), { v: 1 }),
  },
  'leftJoin, one that comes': {
    groups: all,
    rights: one,
    build: ({ left, right }) => left.feed.pipe(leftJoin(right.feed, keys)),
    write: ({ left }, i) => left.publish({ id: `${idOf(i)}a`, key: 'k0' }),
  },
  'leftJoin, from unmatched': {
    groups: ten,
    rights: one,
    build: ({ left, right }) => left.feed.pipe(leftJoin(right.feed, keys)),
    write: ({ left }, i) => left.patch(idOf(i), { key: 'k0' }),
  },
  'rightJoin, one of many that goes': {
    groups: all,
    rights: one,
    build: ({ left, right }) => left.feed.pipe(rightJoin(right.feed, keys)),
    write: ({ left }, i) => left.retract(idOf(i)),
  },
  'fullJoin, one that goes': {
    groups: ten,
    rights: few,
    build: ({ left, right }) => left.feed.pipe(fullJoin(right.feed, keys)),
    write: ({ left }, i) => left.retract(idOf(i)),
  },
  'semiJoin, another match': {
    groups: all,
    rights: one,
    build: ({ left, right }) => left.feed.pipe(semiJoin(right.feed, keys)),
    write: ({ right }) => right.publish({ id: 's', key: 'k0' }),
  },
  'semiJoin, one match for another': {
    groups: all,
    rights: one,
    build: ({ left, right }) => left.feed.pipe(semiJoin(right.feed, keys)),
    write: ({ right }) => right.edit((tx) => (tx.retract('r'), tx.publish({ id: 's', key: 'k0' }))),
  },
  'semiJoin, one of many matches': {
    groups: all,
    rights: many,
    build: ({ left, right }) => left.feed.pipe(semiJoin(right.feed, keys)),
    write: ({ right }, i) => right.retract(idOf(i)),
  },
  'semiJoin, a left of many matches': {
    groups: all,
    rights: many,
    build: ({ left, right }) => left.feed.pipe(semiJoin(right.feed, keys)),
    write: ({ left }, i) => left.patch(idOf(i), { v: 1 }),
  },
  'antiJoin, one match for another': {
    groups: all,
    rights: one,
    build: ({ left, right }) => left.feed.pipe(antiJoin(right.feed, keys)),
    write: ({ right }) => right.edit((tx) => (tx.retract('r'), tx.publish({ id: 's', key: 'k0' }))),
  },
  'antiJoin, a key that changes': {
    groups: all,
    rights: many,
    build: ({ left, right }) => left.feed.pipe(antiJoin(right.feed, keys)),
    write: ({ left }, i) => left.patch(idOf(i), { key: 'none' }),
  },
  'related, a child': {
    groups: ten,
    rights: few,
    build: ({ left, right }) => right.feed.pipe(related(left.feed, { ...keys, order: { v: 1 } })),
    write: ({ left }, i) => left.patch(idOf(i), { v: 1 }),
  },
  'related, a child that moves': {
    groups: ten,
    rights: few,
    build: ({ left, right }) => right.feed.pipe(related(left.feed, { ...keys, order: { v: 1 } })),
    write: ({ left }, i) => left.patch(idOf(i), { key: 'k3' }),
  },
  'related, a parent': {
    groups: all,
    rights: one,
    build: ({ left, right }) => right.feed.pipe(related(left.feed, keys)),
    write: ({ right }) => right.patch('r', { v: 1 }),
  },
  'tree, a leaf': {
    groups: ten,
    rights: one,
    build: ({ left }) => left.feed.pipe(tree(tenfold)),
    write: ({ left }, i) => left.patch(idOf(i), { v: 1 }),
  },
  'tree, a subtree that moves': {
    groups: ten,
    rights: one,
    build: ({ left }) => left.feed.pipe(tree((item) => (item.v === 1 ? idOf(7) : tenfold(item)))),
    write: ({ left }, i) => left.patch(idOf(i), { v: 1 }),
  },
}

/** Ten children a node. */
function tenfold({ id }: Item): string | null {
  touched++
  const i = Number(id.slice(1))
  return i === 0 ? null : idOf(Math.floor((i - 1) / 10))
}

/** Entries touched for one write on n items, and rows sent. */
function cost({ groups, rights, build, write }: Case, n: number, i: number): { readonly entries: number; readonly rows: number } {
  const initial = Array.from({ length: n }, (_, i): Item => ({ id: idOf(i), key: `k${i % groups(n)}` }))
  const given = {
    left: new Source<Item>({ key: ({ id }) => id, initial }),
    right: new Source<Item>({ key: ({ id }) => id, initial: rights(n) }),
  }
  let rows = 0
  build(given).subscribe((event) => {
    if (event.type !== 'commit') rows++
  })
  rows = touched = 0
  write(given, i)
  return { entries: touched, rows }
}

describe('the cost of one event for joins', () => {
  before(countEntries)
  after(() => {
    Object.assign(PositionTree.prototype, { seek: originals.seek, range: originals.range })
    Groups.prototype.each = originals.each
  })

  for (const [name, subject] of Object.entries(cases)) {
    it(`${name}: O((1 + rows sent) · log n) entries`, () => {
      for (const n of [1_000, 10_000, 100_000]) {
        for (const i of n > 10_000 ? [n - 5] : [11, n / 2, n - 5]) {
          const { entries, rows } = cost(subject, n, i)
          const limit = 5 * (1 + rows) * Math.log2(n) + (name.startsWith('tree') ? 40 * Math.log10(n) : 0)
          assert.ok(entries <= limit, `${entries} entries for ${rows} rows, at ${i} of ${n}; at most ${limit}`)
        }
      }
    }).timeout(30_000)
  }
})

describe('joins that are unsubscribed from', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void

  const operators: Readonly<Record<string, (feed: Feed<Item>) => Feed<unknown>>> = {
    join: (feed) => feed.pipe(join(feed, { left: 'key', right: 'key' })),
    leftJoin: (feed) => feed.pipe(leftJoin(feed, { left: 'key', right: 'id' })),
    rightJoin: (feed) => feed.pipe(rightJoin(feed, { left: 'key', right: 'id' })),
    fullJoin: (feed) => feed.pipe(fullJoin(feed, { left: 'key', right: 'id' })),
    semiJoin: (feed) => feed.pipe(semiJoin(feed, { left: 'key', right: 'key' })),
    antiJoin: (feed) => feed.pipe(antiJoin(feed, { left: 'key', right: 'id' })),
    related: (feed) => feed.pipe(related(feed, { right: 'key' })),
    tree: (feed) => feed.pipe(tree('key')),
  }
  for (const [name, build] of Object.entries(operators)) {
    it(`${name} keeps neither inputs nor items`, async () => {
      const input = new Subject<FeedEvent<Item>>()
      const feed = build(input)
      const subscription = feed.subscribe()
      const item = send(input)
      subscription.unsubscribe()
      // One collection may meet the item still in a register or an inline cache.
      for (let round = 0; round < 10 && item.deref(); round++) {
        await new Promise(setImmediate)
        collect()
      }
      assert.deepEqual([input.observed, item.deref()], [false, undefined])
      assert.ok(subscription.closed && feed)
    })
  }
})

function send(input: Subject<FeedEvent<Item>>): WeakRef<Item> {
  const item = { id: 'a', key: 'b' }
  for (const event of [resetEvent('new'), publishEvent('a', item), commitEvent({})]) input.next(event)
  return new WeakRef(item)
}
