import assert from 'node:assert/strict'
import fc from 'fast-check'
import { applyEvent, asArray, orderBy, slice, Source } from '../../../src/streams/index.js'
import { byId, Entry, locate } from '../../../src/streams/internal/position-tree.js'
import { RoughList } from '../../../src/streams/internal/rough-list.js'
import { checkLaws } from '../../../src/streams/testing/index.js'

type Numbers = Entry<number>
const entryOf = (id: string, item: number): Numbers => new Entry(id, item)

/** A list of numbers, the array that it must be equal to as far as it is in order, and how often two were compared. */
class Model {
  compared = 0
  private readonly compare = (a: Numbers, b: Numbers): number => (this.compared++, a.item - b.item || byId(a, b))
  private readonly list: RoughList<number>
  private sorted: Numbers[] = []

  constructor(private readonly end: number) {
    this.list = new RoughList(end, this.compare, entryOf)
  }

  load(numbers: readonly number[]): void {
    this.sorted = numbers.map((number, index) => entryOf(`${number}/${index}`, number)).sort(this.compare)
    this.list.load(this.sorted.map(({ id, item }) => entryOf(id, item)))
  }

  put(id: string, number: number): void {
    const entry = entryOf(id, number)
    this.list.seek(entry, this.compare)
    this.assertPosition(this.place(entry))
    this.list.insertFound(entry)
    this.sorted.splice(this.place(entry), 0, entry)
  }

  take(index: number): void {
    const { id, item } = this.sorted[index]!
    locate(this.list, entryOf(id, item), this.compare)
    this.assertPosition(index)
    this.list.removeFound()
    this.sorted.splice(index, 1)
  }

  trim(): void {
    this.list.trim()
  }

  get size(): number {
    return this.sorted.length
  }

  check(): void {
    const { list, sorted, end } = this
    const expected = sorted.slice(0, end + 1)
    assert.deepEqual(idsOf(list.range(0, end + 1)), idsOf(expected))
    expected.forEach(({ id }, index) => {
      const entry = list.at(index)!
      assert.equal(entry.id, id)
      assert.equal(list.indexOf(entry), index)
    })
    assert.ok(list.size <= sorted.length)
  }

  private assertPosition(index: number): void {
    const { position } = this.list
    assert.ok(position === index || (position === this.end && index > position), `${position} of ${index}`)
  }

  private place(entry: Numbers): number {
    const place = this.sorted.findIndex((other) => this.compare(other, entry) >= 0)
    return place < 0 ? this.sorted.length : place
  }
}

const idsOf = (entries: readonly Numbers[]): readonly string[] => entries.map(({ id }) => id)

describe('RoughList', () => {
  const numbers = (maxLength: number): fc.Arbitrary<number[]> => fc.array(fc.integer({ min: 0, max: 300 }), { maxLength, size: 'max' })
  const part = fc.double({ min: 0, max: 0.999, noNaN: true })

  it('is an array as far as it is in order, whatever comes and goes', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('put' as const), numbers: numbers(400), at: part }),
      fc.record({ do: fc.constant('take' as const), numbers: numbers(400), at: part }),
      fc.record({ do: fc.constant('load' as const), numbers: numbers(1000), at: part }),
    )
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40 }), fc.array(action, { maxLength: 8 }), fc.boolean(), (end, actions, trims) => {
        const model = new Model(end)
        let count = 0
        for (const { do: what, numbers, at } of actions) {
          if (what === 'load') model.load(numbers)
          for (const number of what === 'load' ? [] : numbers) {
            if (what === 'put') model.put(`n${(count += 1)}`, number)
            else if (model.size > 0) model.take(Math.floor(at * model.size))
            if (trims) model.trim()
          }
          model.trim()
          model.check()
        }
      }),
      { numRuns: 100 },
    )
  })

  it('compares as many for one that is put in or taken out, however many there are', () => {
    // Each in turn: next to one another, so that parts are split, and the first, so that those behind come up.
    const most = (size: number): number => {
      const model = new Model(20)
      model.load(Array.from({ length: size }, (_, index) => index))
      let most = 0
      const count = (write: () => void): void => {
        const before = model.compared
        write()
        most = Math.max(most, model.compared - before)
      }
      for (let n = 0; n < 300; n++) count(() => model['list'].seek(entryOf(`x${n}`, size / 2), model['compare']))
      for (let n = 0; n < 300; n++) {
        const entry = entryOf(`x${n}`, size / 2)
        count(() => {
          model['list'].seek(entry, model['compare'])
          model['list'].insertFound(entry)
        })
      }
      for (let n = 0; n < 300; n++)
        count(() => {
          locate(model['list'], entryOf(`${n}/${n}`, n), model['compare'])
          model['list'].removeFound()
        })
      for (let n = 300; n < size; n += 7) {
        locate(model['list'], entryOf(`${n}/${n}`, n), model['compare'])
        model['list'].removeFound()
      }
      return most
    }
    const [small, large] = [most(1_000), most(100_000)]
    assert.ok(small > 100 && large < small + 20, `${small} of 1,000, ${large} of 100,000`)
  })

  it('refuses a comparator that contradicts itself also where rows are in no order', () => {
    const source = new Source({ key: ({ id }: { id: string; n: number }) => id })
    source.replaceAll(Array.from({ length: 500 }, (_, n) => ({ id: `i${n}`, n })))
    let direction = 1
    const errors: unknown[] = []
    source.feed
      .pipe(
        orderBy((a, b) => direction * (a.n - b.n)),
        slice({ limit: 3 }),
      )
      .subscribe({ error: (error) => errors.push(error) })
    direction = -1
    source.retract('i400')
    assert.match(String(errors[0]), /orderBy: the given function threw for item "i400": the comparator contradicts itself/)
  })
})

describe('slice behind orderBy', () => {
  it('equals its recompute after every transaction on many rows, under the laws', () => {
    const random = fc.record({ seed: fc.integer({ min: 1, max: 2 ** 31 - 2 }), skip: fc.nat({ max: 30 }), limit: fc.nat({ max: 30 }) })
    fc.assert(
      fc.property(random, ({ seed, skip, limit }) => {
        let state = seed
        const below = (bound: number): number => (state = (state * 48_271) % (2 ** 31 - 1)) % bound
        const row = (): { id: string; n: number } => ({ id: `i${below(600)}`, n: below(80) })
        const rows = (count: number): { id: string; n: number }[] => Array.from({ length: count }, row)
        const byKey = (all: readonly { id: string; n: number }[]): { id: string; n: number }[] => [
          ...new Map(all.map((each) => [each.id, each])).values(),
        ]
        const source = new Source({ key: ({ id }: { id: string; n: number }) => id, initial: byKey(rows(below(500))) })
        const known = new Map<string, { id: string; n: number }>()
        source.feed.subscribe((event) => {
          applyEvent(known, event)
        })
        let shown: readonly unknown[] = []
        source.feed.pipe(orderBy({ n: 1 }), slice({ skip, limit }), checkLaws(), asArray()).subscribe((array) => (shown = array))
        for (let step = 0; step < 25; step++) {
          const what = below(8)
          if (what === 0) source.replaceAll(byKey(rows(below(500))))
          else
            source.edit((tx) => {
              for (let left = what < 4 ? 1 : below(250); left > 0; left--) {
                const next = row()
                if (below(3) > 0) tx.publish(next)
                else if (tx.get(next.id)) tx.retract(next.id)
              }
            })
          const sorted = [...known.values()].sort((a, b) => a.n - b.n || (a.id < b.id ? -1 : 1))
          assert.deepEqual(shown, sorted.slice(skip, skip + limit))
        }
      }),
      { numRuns: 60 },
    )
  })

  it('shows the first of many in transactions that push them far out and back, and says nothing where nothing has changed', () => {
    const source = new Source({ key: ({ id }: { id: string; n: number }) => id })
    const rows = Array.from({ length: 1000 }, (_, n) => ({ id: `i${n}`, n }))
    source.replaceAll(rows)
    const events: string[] = []
    let shown: readonly { id: string }[] = []
    const feed = source.feed.pipe(orderBy({ n: 1 }), slice({ limit: 3 }))
    const subscription = feed.subscribe(({ type }) => events.push(type))
    subscription.add(feed.pipe(asArray()).subscribe((array) => (shown = array)))
    const seen = (): readonly string[] => events.splice(0)
    const ids = (): string => shown.map(({ id }) => id).join()
    seen()

    source.edit((tx) => {
      for (let n = 1; n <= 500; n++) tx.publish({ id: `new${n}`, n: -n })
      for (let n = 1; n <= 500; n++) tx.retract(`new${n}`)
    })
    assert.deepEqual([seen(), ids()], [[], 'i0,i1,i2'])

    source.edit((tx) => {
      for (let n = 1; n <= 500; n++) tx.publish({ id: `new${n}`, n: -n })
    })
    assert.deepEqual(
      [seen(), ids()],
      [[...Array<string>(3).fill('retract'), ...Array<string>(3).fill('publish'), 'commit'], 'new500,new499,new498'],
    )

    source.edit((tx) => {
      for (let n = 1; n <= 500; n++) tx.retract(`new${n}`)
      for (let n = 0; n < 1000; n += 2) tx.retract(`i${n}`)
    })
    assert.deepEqual([seen().length, ids()], [7, 'i1,i3,i5'])

    source.replaceAll(rows.toReversed())
    assert.equal(ids(), 'i0,i1,i2')
    subscription.unsubscribe()
  })
})
