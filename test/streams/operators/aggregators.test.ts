import assert from 'node:assert/strict'
import fc from 'fast-check'
import { BehaviorSubject, switchMap } from 'rxjs'
import {
  aggregate,
  type Aggregator,
  avgOf,
  countOf,
  everyOf,
  type Feed,
  maxOf,
  minOf,
  OperatorError,
  rollup,
  someOf,
  Source,
  stdDevOf,
  sumOf,
} from '../../../src/streams/index.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

interface Row {
  readonly id: string
  readonly v: number | null | undefined
}
const numbers = (rows: readonly Row[]): number[] => rows.flatMap(({ v }) => v ?? [])
const total = (values: readonly number[]): number => {
  // Exact: integers and halves.
  const special = values.filter((value) => !Number.isFinite(value))
  return special.length > 0 ? special.reduce((sum, value) => sum + value) : values.reduce((sum, value) => sum + value, 0)
}
const extremum = (values: readonly number[], sign: 1 | -1): number | undefined => {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((x, y) => sign * (x - y) || 0)
  return sorted[0]
}
const deviation = (values: readonly number[], sample: boolean): number | undefined => {
  const n = values.length - (sample ? 1 : 0)
  if (n <= 0) return undefined
  const mean = total(values) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n)
}

type Case = readonly [aggregator: Aggregator<Row, unknown>, recompute: (rows: readonly Row[]) => unknown]
const cases: Readonly<Record<string, Case>> = {
  countOf: [countOf(), (rows) => rows.length],
  sumOf: [sumOf<Row>('v'), (rows) => total(numbers(rows))],
  avgOf: [avgOf<Row>('v'), (rows) => (numbers(rows).length === 0 ? undefined : total(numbers(rows)) / numbers(rows).length)],
  minOf: [minOf((row: Row) => row.v), (rows) => extremum(numbers(rows), 1)],
  maxOf: [maxOf((row: Row) => row.v), (rows) => extremum(numbers(rows), -1)],
  stdDevOf: [stdDevOf<Row>('v'), (rows) => deviation(numbers(rows), false)],
  'stdDevOf a sample': [stdDevOf<Row>('v', { sample: true }), (rows) => deviation(numbers(rows), true)],
  everyOf: [everyOf((row: Row) => (row.v ?? 0) > 1), (rows) => rows.every(({ v }) => (v ?? 0) > 1)],
  someOf: [someOf((row: Row) => (row.v ?? 0) > 1), (rows) => rows.some(({ v }) => (v ?? 0) > 1)],
}

/** Few values, so that there are duplicates and the extremum goes often. */
const value = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -6, max: 6 }).map((n) => n / 2 + 0) },
  fc.constantFrom(Number.NaN, Infinity, -Infinity, null, undefined),
)
const rows = fc.array(
  fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), v: value, gone: fc.boolean() }, { noNullPrototype: true }),
  {
    maxLength: 30,
  },
)
const close = (actual: unknown, expected: unknown): boolean =>
  Object.is(actual, expected) ||
  (typeof actual === 'number' && typeof expected === 'number' && Math.abs(actual - expected) <= 1e-12 * Math.max(1, Math.abs(expected)))

describe('aggregators', () => {
  for (const [name, [aggregator, recompute]] of Object.entries(cases)) {
    it(`${name} equals its recompute after each write, with NaN, infinities, nothing and duplicates`, () => {
      fc.assert(
        fc.property(rows, (writes) => {
          const source = new Source<Row>({ key: (row) => row.id })
          let actual: unknown
          source.feed.pipe(aggregate(aggregator)).subscribe((next) => (actual = next))
          const state = new Map<string, Row>()
          for (const { id, v, gone } of writes) {
            if (!gone) {
              source.publish({ id, v })
              state.set(id, { id, v })
            } else if (state.delete(id)) source.retract(id)
            const expected = recompute([...state.values()])
            assert.ok(close(actual, expected), `${String(actual)} is not ${String(expected)}`)
          }
        }),
        { numRuns: 500 },
      )
    })
  }

  const deviations: readonly (readonly [string, readonly number[], readonly number[], number])[] = [
    ['of none', [], [], NaN],
    ['of one', [5], [], 0],
    ['of equal values', [0.1, 0.1, 0.1], [], 0],
    ['about a large mean', [1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], [], Math.sqrt(22.5)],
    ['of fractions about a large mean', [1e9 + 0.25, 1e9 + 0.75], [], 0.25],
    ['after an outlier', [1, 2, 3], [1e12], Math.sqrt(2 / 3)],
    ['after an outlier, of fractions', [0.25, 0.5, 0.75], [1e14 + 0.5, -1e14], Math.sqrt(0.125 / 3)],
    ['after an infinity and NaN', [1, 3], [Infinity, NaN], 1],
    ['of large values', [1e100, 3e100], [], 1e100],
    ['of small values', [1e-100, 3e-100], [], 1e-100],
  ]
  for (const [name, stay, go, expected] of deviations) {
    it(`stdDevOf keeps its digits: ${name}`, () => {
      const spread = stdDevOf((n: number) => n).accumulate()
      for (const n of [...go, ...stay]) spread.add(n, '')
      for (const n of go) spread.remove(n, '')
      const actual = spread.value ?? NaN
      assert.ok(
        Object.is(actual, expected) || Math.abs(actual - expected) <= 1e-14 * expected,
        `${String(actual)} is not ${String(expected)}`,
      )
    })
  }

  const extrema: readonly (readonly [string, readonly unknown[], unknown, unknown])[] = [
    ['strings', ['b', 'a', 'c'], 'a', 'c'],
    ['bigints', [3n, 1n, 2n], 1n, 3n],
    ['dates', [new Date(2), new Date(NaN), new Date(1)], new Date(1), new Date(2)],
    ['numbers', [2, NaN, null, undefined, -1], -1, 2],
    ['infinities', [Infinity, 0, -Infinity], -Infinity, Infinity],
    ['nothing', [null, undefined, NaN], undefined, undefined],
  ]
  for (const [name, values, least, greatest] of extrema) {
    it(`minOf and maxOf of ${name}`, () => {
      const read = (item: { readonly v: unknown }): number => item.v as number
      const both = [minOf(read).accumulate(), maxOf(read).accumulate()]
      for (const [index, v] of values.entries()) for (const each of both) each.add({ v }, String(index))
      assert.deepEqual(
        both.map((each) => each.value),
        [least, greatest],
      )
    })
  }

  it('minOf and maxOf of a value that is there often last until its last item goes; 0 and -0 are one', () => {
    const both = [minOf((item: number) => item).accumulate(), maxOf((item: number) => item).accumulate()]
    const ids = Array.from({ length: 200 }, (_, index) => String(index))
    for (const [index, id] of ids.entries()) for (const each of both) each.add(index % 2 === 0 ? 0 : -0, id)
    for (const [index, id] of ids.entries()) {
      for (const each of both) assert.ok(Object.is(each.value, 0))
      for (const each of both) each.remove(index % 2 === 0 ? 0 : -0, id)
    }
    for (const each of both) assert.equal(each.value, undefined)
  })

  it('minOf tells equal values apart by the keys of their items, whatever came first', () => {
    const [first, second] = [new Date(1), new Date(1)]
    const least = minOf((item: Date) => item).accumulate()
    least.add(second, 'b')
    least.add(first, 'a')
    assert.equal(least.value, first)
    least.remove(first, 'a')
    assert.equal(least.value, second)
  })

  it('rollup sends a row only if a value of it has changed', () => {
    const source = new Source<Row>({
      key: (row) => row.id,
      initial: [
        { id: 'a', v: 1 },
        { id: 'b', v: 5 },
      ],
    })
    const recorder = record(
      source.feed.pipe(
        rollup(() => 'all', { least: minOf('v'), n: countOf() }),
        checkLaws(),
      ),
    )
    source.publish({ id: 'b', v: 7 })
    source.publish({ id: 'b', v: 0 })
    source.publish({ id: 'b', v: NaN })
    source.publish({ id: 'b', v: NaN })
    source.edit((tx) => (tx.retract('a'), tx.retract('b')))
    assert.equal(recorder.take(), 'R +all . ~all . ~all . -all .')
  })

  it('a record of aggregators is the same object while no value has changed, also over a reset', () => {
    const source = new Source<Row>({ key: (row) => row.id, initial: [{ id: 'a', v: 1 }] })
    const again = new BehaviorSubject(0)
    const values: unknown[] = []
    resettable(source.feed, again)
      .pipe(aggregate({ n: countOf(), sum: sumOf('v') }))
      .subscribe((next) => values.push(next))
    again.next(1)
    assert.deepEqual(values, [{ n: 1, sum: 1 }])
  })

  it('a record of no aggregators gives a value of its own', () => {
    const none = {}
    const values: object[] = []
    new Source<Row>({ key: (row) => row.id }).feed.pipe(aggregate(none)).subscribe((value) => values.push(value))
    assert.deepEqual(values, [{}])
    assert.notEqual(values[0], none)
  })

  it('end the feed with an OperatorError when a function of the user throws', () => {
    const throwing = (): never => {
      throw new Error('mine')
    }
    const source = new Source<Row>({ key: (row) => row.id, initial: [{ id: 'a', v: 1 }] })
    for (const aggregator of [avgOf(throwing), minOf(throwing), maxOf(throwing), stdDevOf(throwing), everyOf(throwing), someOf(throwing)]) {
      const [error] = record(source.feed.pipe(rollup('id', { aggregator }))).errors
      assert.ok(error instanceof OperatorError && error.operator === 'rollup' && error.id === 'a')
    }
  })
})

function resettable<T>(feed: Feed<T>, again: BehaviorSubject<number>): Feed<T> {
  return again.pipe(switchMap(() => feed))
}
