import fc from 'fast-check'
import { BehaviorSubject, defer, of, switchMap, tap } from 'rxjs'
import { applyEvent, type Feed, type Key, Source } from '../../../src/streams/index.js'
import { turns } from '../../../src/streams/internal/turns.js'

/** The items of random histories: few keys and few values, so that everything happens often. */
export interface Row {
  readonly id: Key
  readonly n: number
  readonly g: string
}

/** One write, of source 0 or 1 by the transaction it is in. */
export type Write =
  | { readonly do: 'publish'; readonly row: Row }
  | { readonly do: 'retract'; readonly id: Key }
  | { readonly do: 'patch'; readonly id: Key; readonly n: number }

export type Step =
  | { readonly step: 'edit'; readonly source: 0 | 1; readonly writes: readonly Write[]; readonly join: boolean; readonly fail: boolean }
  | { readonly step: 'replaceAll'; readonly source: 0 | 1; readonly rows: readonly Row[] }
  | { readonly step: 'nested'; readonly source: 0 | 1; readonly first: Write; readonly then: Write }
  | { readonly step: 'join' }
  | { readonly step: 'reset'; readonly source: 0 | 1 }
  | { readonly step: 'complete'; readonly source: 0 | 1 }
  | { readonly step: 'parameter'; readonly value: number }

/** What a history may end with: an error of a source's feed, after the first events of a transaction that is never whole. */
export interface Failure {
  readonly source: 0 | 1
  readonly writes: readonly Write[]
  readonly after: number
}

/** Plain objects: those without a prototype are equal to themselves only. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> => fc.record<T>(model, { noNullPrototype: true })
const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
const n = fc.integer({ min: 0, max: 4 })
const row: fc.Arbitrary<Row> = record({ id: key, n, g: fc.constantFrom('x', 'y') })
const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 3, arbitrary: record({ do: fc.constant('publish' as const), row }) },
  record({ do: fc.constant('retract' as const), id: key }),
  record({ do: fc.constant('patch' as const), id: key, n }),
)
const source = fc.constantFrom(0 as const, 1 as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: record({
      step: fc.constant('edit' as const),
      source,
      writes: fc.array(write, { maxLength: 6 }),
      join: fc.boolean(),
      fail: fc.integer({ min: 0, max: 7 }).map((x) => x === 0),
    }),
  },
  record({ step: fc.constant('replaceAll' as const), source, rows: fc.uniqueArray(row, { selector: (r) => r.id, maxLength: 6 }) }),
  record({ step: fc.constant('nested' as const), source, first: write, then: write }),
  record({ step: fc.constant('join' as const) }),
  record({ step: fc.constant('reset' as const), source }),
  fc
    .record({ step: fc.constant('complete' as const), source, rarely: fc.integer({ min: 0, max: 3 }) })
    .map(({ source, rarely }): Step =>
      rarely === 0 ? { step: 'complete', source } : { step: 'edit', source, writes: [], join: false, fail: false },
    ),
  record({ step: fc.constant('parameter' as const), value: n }),
)

/**
 * A random history, its beginning included: transactions, also empty ones, such that fail and such in whose middle somebody subscribes; writes of a consumer;
 * resets; inputs that complete, and at its end maybe one that fails.
 */
export const history = record({
  initial: fc.tuple(
    fc.uniqueArray(row, { selector: (r) => r.id, maxLength: 6 }),
    fc.uniqueArray(row, { selector: (r) => r.id, maxLength: 6 }),
  ),
  steps: fc.array(step, { maxLength: 14 }),
  failure: fc.option(record({ source, writes: fc.array(write, { maxLength: 3 }), after: fc.integer({ min: 0, max: 3 }) }), {
    nil: undefined,
    freq: 3,
  }),
})

export interface History {
  readonly initial: readonly [readonly Row[], readonly Row[]]
  readonly steps: readonly Step[]
  readonly failure?: Failure | undefined
}

/** What a feed that fails ends with. */
export const failed = new Error('the feed of the source failed on purpose')

/** A source whose feed can be reset, complete and fail. */
class Root {
  readonly source: Source<Row>
  readonly feed: Feed<Row>
  /** What it holds, read without asking any operator. */
  readonly state = new Map<Key, Row>()
  /** It has completed. */
  over = false
  /** Somebody was told that it failed. */
  told = false
  private readonly resets = new BehaviorSubject(0)
  /** It fails behind so many more events of items, or else at the commit. */
  private after: number | undefined

  constructor(initial: readonly Row[]) {
    this.source = new Source<Row>({ key: (row) => row.id, initial })
    this.feed = defer(() => {
      let count = 0
      // A feed that is subscribed to anew resets, as a connection does that was lost.
      return (this.over ? of(0) : this.resets).pipe(
        switchMap(() => this.source.feed),
        tap((event) => {
          if (this.after === undefined || event.type === 'reset' || (event.type !== 'commit' && count++ < this.after)) return
          this.told = true
          throw failed
        }),
      )
    })
    this.source.feed.subscribe((event) => {
      applyEvent(this.state, event)
    })
  }

  reset(): void {
    turns.run(() => {
      this.resets.next(0)
    })
  }

  complete(): void {
    if (this.over) return
    this.over = true
    this.source.complete()
    this.resets.complete()
  }

  fail(after: number, transaction: () => void): void {
    this.after = after
    this.source.edit(transaction)
  }
}

/** Two sources and what they hold. */
export class World {
  readonly feeds: readonly [Feed<Row>, Feed<Row>]
  private readonly roots: readonly [Root, Root]

  constructor(initial: readonly [readonly Row[], readonly Row[]]) {
    this.roots = [new Root(initial[0]), new Root(initial[1])]
    this.feeds = [this.roots[0].feed, this.roots[1].feed]
  }

  state(index: 0 | 1): ReadonlyMap<Key, Row> {
    return this.roots[index].state
  }

  /** Runs one step; `join` subscribes one more consumer, `parameter` changes the operators' parameter. Who has completed does nothing more. */
  run(step: Step, join: () => void, parameter: (value: number) => void): void {
    if (step.step === 'join') join()
    else if (step.step === 'parameter') parameter(step.value)
    else {
      const root = this.roots[step.source]
      if (root.over) return
      if (step.step === 'edit') this.edit(step, join)
      else if (step.step === 'replaceAll') root.source.replaceAll(step.rows)
      else if (step.step === 'nested') this.nest(step)
      else if (step.step === 'reset') root.reset()
      else root.complete()
    }
  }

  /** Lets the feed of a source fail; tells whether anybody was subscribed to it. */
  fail({ source, after, writes }: Failure): boolean {
    const root = this.roots[source]
    if (root.over) return false
    root.fail(after, () => {
      for (const each of writes) this.write(source, each)
    })
    return root.told
  }

  complete(): void {
    for (const root of this.roots) root.complete()
  }

  private edit(step: Extract<Step, { step: 'edit' }>, join: () => void): void {
    const marker = new Error('rolled back on purpose')
    try {
      this.roots[step.source].source.edit(() => {
        step.writes.forEach((each, index) => {
          if (step.join && index === 1) join()
          this.write(step.source, each)
        })
        if (step.fail) throw marker
      })
    } catch (error) {
      if (error !== marker) throw error
    }
  }

  /** A consumer of one source writes into the other while it is told of the first write. */
  private nest(step: Extract<Step, { step: 'nested' }>): void {
    const other = step.source === 0 ? 1 : 0
    let armed = false
    const subscription = this.feeds[step.source].subscribe(() => {
      if (!armed) return
      armed = false
      this.write(other, step.then)
    })
    armed = true
    this.write(step.source, step.first)
    subscription.unsubscribe()
  }

  private write(index: 0 | 1, write: Write): void {
    const { source, over } = this.roots[index]
    if (over) return
    if (write.do === 'publish') source.publish(write.row)
    else if (source.get(write.id) === undefined) return
    else if (write.do === 'retract') source.retract(write.id)
    else source.patch(write.id, { n: write.n })
  }
}
