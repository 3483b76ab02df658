import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import {
  aggregate,
  avgOf,
  distinctBy,
  type Feed,
  group,
  limitSize,
  maxOf,
  mergeEach,
  minOf,
  orderBy,
  rekey,
  reverse,
  rollup,
  selectMany,
  Source,
  stdDevOf,
  top,
  where,
} from '../../../src/streams/index.js'
import { record } from '../recorder.js'

interface Row {
  readonly id: string
  readonly n: number
}
let calls = 0
const counted =
  <A extends unknown[], R>(call: (...args: A) => R) =>
  (...args: A): R => (calls++, call(...args))
const n = counted((row: Row) => row.n)
const one = counted(() => 'one')
const byN = counted((x: Row, y: Row) => x.n - y.n)

/** A value that counts how often it is compared. */
class Counted extends Date {
  override valueOf(): number {
    calls++
    return super.valueOf()
  }
}

/** All rows in one group, or each in one of its own: what is worse. */
const operators: Readonly<Record<string, (feed: Feed<Row>) => Feed<unknown>>> = {
  'rekey, all under one key': rekey(one),
  'rekey, each under its own': rekey(counted((row: Row) => String(row.n))),
  'distinctBy, all the same': distinctBy(one, { order: byN }),
  'distinctBy, all different': distinctBy(n, { order: byN }),
  selectMany: selectMany(counted((row: Row) => [row.n])),
  'group, all in one': (feed) =>
    feed.pipe(
      group(one),
      mergeEach((each) => each.feed),
    ),
  'group, each in its own': (feed) =>
    feed.pipe(
      group(n),
      mergeEach((each) => each.feed),
    ),
  'rollup, all in one': rollup(one, { mean: avgOf(n), deviation: stdDevOf(n) }),
  'rollup, each in its own': rollup(n, { mean: avgOf(n) }),
  'minOf and maxOf': rollup(one, { least: minOf((row: Row) => new Counted(row.n)), greatest: maxOf((row: Row) => new Counted(row.n)) }),
  'top of the reverse': (feed) => feed.pipe(orderBy(byN), reverse(), top(10)),
  limitSize: limitSize(10, byN),
}

/** The writes whose cost is looked at: the first, a middle and the last row go, change and come. */
function writes(source: Source<Row>, size: number): number {
  let most = 0
  for (const at of [0, size >> 1, size - 1]) {
    const row = source.get(key(at))!
    const steps = [
      () => source.patch(row.id, { n: -1 }),
      () => source.patch(row.id, { n: size + 1 }),
      () => source.retract(row.id),
      () => source.publish(row),
    ]
    for (const step of steps) {
      calls = 0
      step()
      most = Math.max(most, calls)
    }
  }
  return most
}
const key = (index: number): string => String(index).padStart(7, '0')

describe('the cost of keys, groups and order', () => {
  for (const [name, operator] of Object.entries(operators)) {
    it(`${name}: one event calls O(log n) functions of the user`, () => {
      const costs = [1_000, 10_000, 100_000].map((size) => {
        const source = new Source<Row>({
          key: (row) => row.id,
          initial: Array.from({ length: size }, (_, index) => ({ id: key(index), n: index })),
        })
        const subscription = operator(source.feed).subscribe()
        const most = writes(source, size)
        subscription.unsubscribe()
        return most
      })
      costs.forEach((cost, index) => {
        assert.ok(cost > 0 && cost <= 20 * Math.log2(10 ** (3 + index)), `${costs.join(', ')} calls`)
      })
      assert.ok(costs[2]! <= 2 * costs[0]! + 10, `${costs.join(', ')} calls`)
    }).timeout(20_000)
  }
})

describe('what keys, groups and order hold', () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  const all: Readonly<Record<string, (feed: Feed<Row>) => Feed<unknown>>> = {
    ...operators,
    group: (feed) => feed.pipe(group(n)),
    aggregate: (feed) => (feed.pipe(aggregate(minOf(n))).subscribe(), feed),
  }
  for (const [name, operator] of Object.entries(all)) {
    it(`${name}: nothing of an item that has gone, and nothing after the end`, async () => {
      const source = new Source<Row>({ key: (row) => row.id, initial: [{ id: 'a', n: 1 }] })
      const recorder = record(operator(source.feed))
      const refs = churn(source)
      // An optimizing compiler at work may hold on to something for a moment.
      for (let round = 0; round < 5 && refs.some((ref) => ref.deref() !== undefined); round++) {
        await new Promise(setImmediate)
        collect()
      }
      assert.deepEqual(
        refs.map((ref) => ref.deref()),
        refs.map(() => undefined),
      )
      recorder.subscription.unsubscribe()
      const sinks = Reflect.get(source, 'sinks') as ReadonlySet<unknown>
      assert.equal(sinks.size, name === 'aggregate' ? 1 : 0)
    })
  }
})

/** Items come, change and go; one commit more makes them unknown to all. */
function churn(source: Source<Row>): readonly WeakRef<Row>[] {
  const refs: WeakRef<Row>[] = []
  for (let round = 0; round < 20; round++) {
    for (const value of [1, 2, 3]) {
      const row = { id: `r${String(round % 3)}`, n: value }
      refs.push(new WeakRef(row))
      source.publish(row)
    }
    source.retract(`r${String(round % 3)}`)
  }
  source.patch('a', { n: 0 })
  source.patch('a', { n: 5 })
  return refs
}

describe('groups that are left in the middle of a transaction that concerns all of them', () => {
  it('cost O(groups)', () => {
    const size = 2000
    const source = new Source<Row>({ key: ({ id }) => id, initial: Array.from({ length: size }, (_, n) => ({ id: `i${n}`, n })) })
    const failing = (row: Row): boolean => {
      if (row.n < 0) throw new Error('mine')
      return true
    }
    const recorder = record(
      source.feed.pipe(
        group('id'),
        mergeEach(({ feed }) => feed.pipe(where(failing))),
      ),
    )
    const steps = stepsThroughMaps(() => {
      source.edit((tx) => {
        for (let n = 0; n < size; n++) tx.patch(`i${n}`, { n: n === size - 1 ? -1 : n + 1 })
      })
    })
    assert.equal(recorder.errors.length, 1)
    assert.ok(steps < 20 * size, `${steps} steps`)
  })
})

/** How many entries of maps are gone through. */
function stepsThroughMaps(work: () => void): number {
  const iterator = Object.getPrototypeOf(new Map().keys()) as Iterator<unknown>
  const next = Reflect.get(iterator, 'next') as () => IteratorResult<unknown>
  let steps = 0
  iterator.next = function (this: Iterator<unknown>) {
    steps++
    return next.call(this)
  }
  try {
    work()
  } finally {
    iterator.next = next
  }
  return steps
}
