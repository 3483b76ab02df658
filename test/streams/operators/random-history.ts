import fc from 'fast-check'
import { BehaviorSubject, switchMap } from 'rxjs'
import { turns } from '../../../src/streams/internal/turns.js'
import { type Feed, type Key, Source } from '../../../src/streams/index.js'

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
  | { readonly step: 'parameter'; readonly value: number }

const key = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
const n = fc.integer({ min: 0, max: 4 })
const row: fc.Arbitrary<Row> = fc.record({ id: key, n, g: fc.constantFrom('x', 'y') })
const write: fc.Arbitrary<Write> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('publish' as const), row }) },
  fc.record({ do: fc.constant('retract' as const), id: key }),
  fc.record({ do: fc.constant('patch' as const), id: key, n }),
)
const source = fc.constantFrom(0 as const, 1 as const)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      step: fc.constant('edit' as const),
      source,
      writes: fc.array(write, { maxLength: 6 }),
      join: fc.boolean(),
      fail: fc.integer({ min: 0, max: 7 }).map((x) => x === 0),
    }),
  },
  fc.record({ step: fc.constant('replaceAll' as const), source, rows: fc.uniqueArray(row, { selector: (r) => r.id, maxLength: 6 }) }),
  fc.record({ step: fc.constant('nested' as const), source, first: write, then: write }),
  fc.record({ step: fc.constant('join' as const) }),
  fc.record({ step: fc.constant('reset' as const), source }),
  fc.record({ step: fc.constant('parameter' as const), value: n }),
)

/** A random history, its beginning included. */
export const history = fc.record({
  initial: fc.tuple(
    fc.uniqueArray(row, { selector: (r) => r.id, maxLength: 6 }),
    fc.uniqueArray(row, { selector: (r) => r.id, maxLength: 6 }),
  ),
  steps: fc.array(step, { maxLength: 14 }),
})
export type History = typeof history extends fc.Arbitrary<infer H> ? H : never

/** Two sources and what they hold, read without asking any operator. */
export class World {
  readonly sources: readonly [Source<Row>, Source<Row>]
  readonly feeds: readonly [Feed<Row>, Feed<Row>]
  private readonly resets = [new BehaviorSubject(0), new BehaviorSubject(0)] as const
  private readonly states: readonly [Map<Key, Row>, Map<Key, Row>] = [new Map(), new Map()]

  constructor(initial: readonly [readonly Row[], readonly Row[]]) {
    this.sources = [new Source<Row>({ key: (r) => r.id, initial: initial[0] }), new Source<Row>({ key: (r) => r.id, initial: initial[1] })]
    // A feed that is subscribed to anew resets, as a connection does that was lost.
    this.feeds = [this.resets[0].pipe(switchMap(() => this.sources[0].feed)), this.resets[1].pipe(switchMap(() => this.sources[1].feed))]
    this.sources.forEach((each, index) => {
      each.feed.subscribe((event) => {
        const state = this.states[index]!
        if (event.type === 'reset') state.clear()
        else if (event.type === 'retract') state.delete(event.id)
        else if (event.type !== 'commit') state.set(event.id, event.item)
      })
    })
  }

  state(index: 0 | 1): ReadonlyMap<Key, Row> {
    return this.states[index]
  }

  /** Runs one step; `join` subscribes one more consumer, `parameter` changes the operators' parameter. */
  run(step: Step, join: () => void, parameter: (value: number) => void): void {
    switch (step.step) {
      case 'edit':
        this.edit(step, join)
        return
      case 'replaceAll':
        this.sources[step.source].replaceAll(step.rows)
        return
      case 'nested':
        this.nest(step)
        return
      case 'reset':
        turns.run(() => {
          this.resets[step.source].next(0)
        })
        return
      case 'join':
        join()
        return
      case 'parameter':
        parameter(step.value)
    }
  }

  private edit(step: Extract<Step, { step: 'edit' }>, join: () => void): void {
    const marker = new Error('rolled back on purpose')
    try {
      this.sources[step.source].edit(() => {
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

  /** A consumer of one source writes into the other while it is told of the first write, and one more subscribes. */
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
    const target = this.sources[index]
    if (write.do === 'publish') target.publish(write.row)
    else if (target.get(write.do === 'retract' || write.do === 'patch' ? write.id : '') === undefined) return
    else if (write.do === 'retract') target.retract(write.id)
    else target.patch(write.id, { n: write.n })
  }
}
