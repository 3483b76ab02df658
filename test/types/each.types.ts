import { expectTypeOf } from 'expect-type'
import { map, NEVER, type Observable, of, Subscription } from 'rxjs'
import {
  asArray,
  expireAfter,
  type Feed,
  mergeEach,
  onEach,
  orderBy,
  type OrderedFeed,
  refreshOn,
  select,
  selectAsync,
  selectEach,
  slice,
  subscribeEach,
  switchFeed,
  where,
  whereEach,
} from '../../src/streams/index.js'

interface Session {
  readonly id: string
  readonly user: string
  readonly until: Date | null
  readonly hits: number
}
interface Message {
  readonly text: string
}
declare const feed: Feed<Session>
declare const ordered: OrderedFeed<Session>
declare const messages: Feed<Message>

// Order is kept by what passes events on, and dropped by the rest.
expectTypeOf(ordered.pipe(subscribeEach((session, id) => () => session.user + id))).toEqualTypeOf<OrderedFeed<Session>>()
expectTypeOf(feed.pipe(subscribeEach(() => new Subscription()))).toEqualTypeOf<Feed<Session>>()
expectTypeOf(ordered.pipe(onEach({ change: (session, previous, id) => void [session.hits - previous.hits, id] }))).toEqualTypeOf<
  OrderedFeed<Session>
>()
expectTypeOf(ordered.pipe(refreshOn(NEVER))).toEqualTypeOf<OrderedFeed<Session>>()
expectTypeOf(of(ordered).pipe(switchFeed())).toEqualTypeOf<OrderedFeed<Session>>()
expectTypeOf(ordered.pipe(expireAfter('until'))).toEqualTypeOf<Feed<Session>>()
expectTypeOf(ordered.pipe(mergeEach(() => messages))).toEqualTypeOf<Feed<Message>>()
expectTypeOf(feed.pipe(whereEach((session) => of(session.hits > 1)))).toEqualTypeOf<Feed<Session>>()
expectTypeOf(feed.pipe(selectAsync((session, _id, signal) => fetch(session.user, { signal })))).toEqualTypeOf<Feed<Response>>()
// @ts-expect-error there is no such field
feed.pipe(expireAfter('expires'))
// @ts-expect-error a text is no time
feed.pipe(expireAfter((session) => session.user))
// @ts-expect-error a value is no resource
feed.pipe(subscribeEach((session) => session.hits))
// @ts-expect-error a promise is asked for
feed.pipe(selectAsync((session) => session.hits))

// Long pipes infer without annotations.
expectTypeOf(
  feed.pipe(
    expireAfter((session) => session.until),
    whereEach((session) => of(session.user !== '')),
    selectAsync(async (session) => ({ ...session, picture: await Promise.resolve(session.user) })),
    selectEach((session) => of(1).pipe(map((n) => ({ ...session, n })))),
    subscribeEach((session) => () => session.picture),
    onEach({ publish: (session) => void session.n }),
    where({ hits: { $gt: 1 } }),
    select((session) => session.picture),
    asArray(),
  ),
).toEqualTypeOf<Observable<readonly string[]>>()
expectTypeOf(
  feed.pipe(
    orderBy({ hits: -1 }),
    onEach({ retract: (session) => void session.hits }),
    subscribeEach((session, id) => () => session.user + id),
    slice({ limit: 3 }),
  ),
).toEqualTypeOf<OrderedFeed<Session>>()
