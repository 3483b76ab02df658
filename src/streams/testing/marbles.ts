import type { Observable } from 'rxjs'
import { configure, type Context } from 'rxjs-marbles'
import type { Cursor } from '../cursor.js'
import { changeEvent, commitEvent, type FeedEvent, type Key, type OrderedEvent, publishEvent, resetEvent, retractEvent } from '../event.js'
import { equalValues } from '../query.js'

/** The events behind the characters of a feed's marbles; `R` is a reset and `.` a commit without being named. */
export type FeedMarbles = Readonly<Record<string, FeedEvent<unknown>>>

/** What a marble test of feeds is written with; all of rxjs-marbles's context, and feeds. */
export interface FeedContext {
  readonly context: Context
  /** A cold feed. `R` stands for reset, `.` for commit, the rest is named in `values`. */
  feed<T>(marbles: string, values?: FeedMarbles): Observable<FeedEvent<T>>
  /** The same, typed as ordered. */
  orderedFeed<T>(marbles: string, values?: FeedMarbles): Observable<OrderedEvent<T>>
  /** Expects `feed` to send these events, commits by their being there, whatever their cursor. */
  expectFeed(feed: Observable<FeedEvent<unknown>>, marbles: string, values?: FeedMarbles, unsubscription?: string): void
}

/** Short constructors for marbles: `add`, `set` and `del` with the item's own `id` as key. */
export const marble = {
  add: <T extends { readonly id: Key }>(item: T, at?: number): FeedEvent<T> =>
    at === undefined ? publishEvent(item.id, item) : publishEvent(item.id, item, at),
  set: <T extends { readonly id: Key }>(item: T, previous: T, from?: number, at?: number): FeedEvent<T> =>
    from === undefined || at === undefined ? changeEvent(item.id, item, previous) : changeEvent(item.id, item, previous, from, at),
  del: <T extends { readonly id: Key }>(previous: T, from?: number): FeedEvent<T> =>
    from === undefined ? retractEvent(previous.id, previous) : retractEvent(previous.id, previous, from),
} as const

const marks: FeedMarbles = { R: resetEvent('subscribed'), '.': commitEvent({}) }

const { marbles } = configure({
  run: true,
  frameworkMatcher: true,
  assert(value: unknown, message: string) {
    if (value !== true) throw new Error(message)
  },
  assertDeepEqual(actual: unknown, expected: unknown) {
    const [found, wanted] = [readable(actual), readable(expected)]
    if (!equalValues(found, wanted)) throw new Error(`Feeds differ.\nexpected ${text(wanted)}\nfound    ${text(found)}`)
  },
})

/**
 * A marble test of feeds on rxjs-marbles, in virtual time; returns what the test runner takes.
 *
 * ```ts
 * it('keeps what passes', feedMarbles(({ feed, expectFeed }) => {
 *   const values = { a: marble.add({ id: 'a', n: 1 }), b: marble.add({ id: 'b', n: 2 }) }
 *   expectFeed(feed('(Rab.)', values).pipe(where({ n: 1 })), '(Ra.)', values)
 * }))
 * ```
 */
export function feedMarbles(test: (context: FeedContext) => void): () => void {
  return marbles((context: Context) => {
    const feed = <T>(diagram: string, values: FeedMarbles = {}): Observable<FeedEvent<T>> =>
      context.cold(diagram, { ...marks, ...values }) as Observable<FeedEvent<T>>
    test({
      context,
      feed,
      orderedFeed: <T>(diagram: string, values?: FeedMarbles) => feed<T>(diagram, values) as Observable<OrderedEvent<T>>,
      expectFeed: (actual, diagram, values = {}, unsubscription) => {
        context.expect(actual, unsubscription).toBeObservable(diagram, { ...marks, ...values })
      },
    })
  }) as () => void
}

/** Frames with events as plain objects, their cursors and reasons left out. */
function readable(frames: unknown): unknown {
  return JSON.parse(
    JSON.stringify(frames, (key, value: unknown) => (key === 'cursor' || key === 'reason' ? (undefined as Cursor | undefined) : value)),
  )
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
