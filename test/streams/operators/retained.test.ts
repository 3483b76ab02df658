import assert from 'node:assert/strict'
import { type Observable, Subject, type Subscription } from 'rxjs'
import { type Key, Source } from '../../../src/streams/index.js'
import { keyAt, type Pipeline, type PipelineName, pipelines, type Row, rowsOf } from './pipelines.js'

const names = Object.keys(pipelines) as PipelineName[]
/** One of each operator. */
const plain = names.filter((name) => !name.includes(','))
/** One of each that stands on other machinery. */
const kinds: readonly PipelineName[] = ['aggregate', 'group', 'join', 'mergeEach', 'orderBy', 'shareFeed', 'slice', 'union']
const live = 24
/** All of them together: a few bytes an event, or an object a subscription, would be more. */
const bound = 1_000_000

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** The heap when all that can go has gone. */
async function heap(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await settled()
    gc!()
  }
  return process.memoryUsage().heapUsed
}

/** Two sources with few items whose keys, groups and places have never been before. */
class Churn {
  readonly tick = new Subject<void>()
  private events = 0
  private edits = 0
  private readonly sources: readonly [Source<Row>, Source<Row>]
  private rows: readonly Row[]

  constructor(size = live) {
    this.rows = rowsOf(size)
    const make = (): Source<Row> => new Source<Row>({ key: ({ id }) => id, initial: this.rows })
    this.sources = [make(), make()]
  }

  build(name: PipelineName): Observable<unknown> {
    const pipeline: Pipeline = pipelines[name]
    return pipeline(this.sources[0].feed, this.sources[1].feed, live, this.tick)
  }

  /** A third of the items goes for new ones; the others change. */
  async run(events: number): Promise<void> {
    for (const end = this.events + events; this.events < end;) {
      const gone = this.rows.slice(0, this.rows.length / 3)
      const kept = this.rows.slice(this.rows.length / 3)
      const changed = kept.map((row): Row => ({ ...row, v: row.v + 1, g: `g${this.events >> 7}`, ref: kept[0]!.id, parent: null }))
      const fresh = gone.map(({ n }, at): Row => this.fresh(n, at, kept))
      for (const source of this.sources) {
        source.edit((tx) => {
          for (const { id } of gone) tx.retract(id)
          for (const row of [...changed, ...fresh]) tx.publish(row)
        })
        this.events += gone.length + changed.length + fresh.length
      }
      this.rows = [...changed, ...fresh]
      this.tick.next()
      if (++this.edits % 16 === 0) await settled()
    }
  }

  /** Replaces all items; what was there is to be found nowhere any more. */
  async replace(): Promise<readonly WeakRef<Row>[]> {
    const gone = this.rows.map((row) => new WeakRef(row))
    this.rows = this.rows.map(({ n }, at) => this.fresh(n, at, []))
    for (const source of this.sources) source.replaceAll(this.rows)
    this.tick.next()
    await settled()
    return gone
  }

  private fresh(n: number, at: number, kept: readonly Row[]): Row {
    const id: Key = keyAt(this.events + at)
    return { id, n: n + (this.events % 7), g: `g${this.events + at}`, ref: kept[at % 2]?.id ?? id, parent: kept[0]?.id ?? null, v: 0 }
  }
}

describe('what operators hold', function () {
  this.timeout(60_000)

  it('does not grow by 200,000 events of items under keys and in groups that are new', async () => {
    await assertBounded(kinds, churning(200_000))
  })

  it('does not grow by 40,000 of them, in any operator', async () => {
    await assertBounded(plain, churning(40_000))
  })

  it('does not grow by 20,000 subscriptions', async () => {
    await assertBounded(kinds, subscribing(20_000))
  })

  it('does not grow by 1,000 subscriptions, in any operator', async () => {
    await assertBounded(plain, subscribing(1_000))
  })

  it('does not contain items that have gone', async () => {
    const holding: string[] = []
    const found: (readonly [PipelineName, readonly WeakRef<Row>[], Churn, Subscription])[] = []
    for (const name of names) {
      const churn = new Churn()
      const subscription = churn.build(name).subscribe()
      await churn.run(100)
      const gone = await churn.replace()
      await churn.run(100)
      found.push([name, gone, churn, subscription])
    }
    await heap()
    for (const [name, gone, , subscription] of found) {
      if (gone.some((row) => row.deref() !== undefined)) holding.push(name)
      subscription.unsubscribe()
    }
    assert.deepEqual(holding, [])
  })

  it('is released with the subscription, though the source, the feed and the subscription go on', async () => {
    const found: (readonly [PipelineName, gone: readonly WeakRef<object>[], kept: readonly unknown[]])[] = []
    for (const name of names) {
      const churn = new Churn()
      const feed = churn.build(name)
      await churn.run(100)
      const { subscription, consumer } = consume(feed)
      await churn.run(100)
      subscription.unsubscribe()
      found.push([name, [consumer, ...(await churn.replace())], [churn, feed, subscription]])
    }
    await heap()
    assert.deepEqual(
      found.filter(([, gone]) => gone.some((each) => each.deref() !== undefined)).map(([name]) => name),
      [],
    )
  })
})

/** So many events to each. */
function churning(times: number): (names: readonly PipelineName[]) => Load {
  return (names) => {
    const churn = new Churn()
    const subscriptions = names.map((name) => churn.build(name).subscribe())
    return {
      run: (share) => churn.run(times * share),
      end: () => {
        for (const subscription of subscriptions) subscription.unsubscribe()
      },
    }
  }
}

/** Subscribes to each so often, and unsubscribes. */
function subscribing(times: number): (names: readonly PipelineName[]) => Load {
  return (names) => {
    const churn = new Churn(2)
    const feeds = names.map((name) => churn.build(name))
    return {
      run: async (share) => {
        for (let round = 0; round < times * share; round++) {
          for (const feed of feeds) feed.subscribe().unsubscribe()
          if (round % 64 === 0) await settled()
        }
      },
      end: () => undefined,
    }
  }
}

interface Load {
  /** Does a share of the whole. */
  readonly run: (share: number) => Promise<void>
  readonly end: () => void
}

/** Runs all together, and only if the heap has grown the halves, to name who did it. */
async function assertBounded(names: readonly PipelineName[], load: (names: readonly PipelineName[]) => Load): Promise<void> {
  const { run, end } = load(names)
  await run(0.1)
  const before = await heap()
  await run(1)
  const grown = (await heap()) - before
  end()
  if (grown < bound) return
  if (names.length === 1) assert.fail(`${names[0]!}: the heap has grown by ${grown} bytes`)
  await assertBounded(names.slice(0, names.length >> 1), load)
  await assertBounded(names.slice(names.length >> 1), load)
  assert.fail(`the heap has grown by ${grown} bytes under ${names.join(', ')} together`)
}

/** A consumer that only the subscription knows. */
function consume(feed: Observable<unknown>): { readonly subscription: Subscription; readonly consumer: WeakRef<object> } {
  const consumer = { next: () => undefined }
  return { subscription: feed.subscribe(consumer), consumer: new WeakRef(consumer) }
}
