import assert from 'node:assert/strict'
import { ArgumentError, feedOf, type Key, OperatorError, orderBy, selectAsync, Source } from '../../../src/streams/index.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

interface Row {
  readonly id: string
  readonly n: number
}
interface Task {
  readonly signal: AbortSignal
  readonly resolve: (value: string) => void
  readonly reject: (cause: unknown) => void
}
const make = (...ids: readonly string[]): Source<Row> => new Source<Row>({ key: (row) => row.id, initial: ids.map((id) => ({ id, n: 0 })) })

/** Promises that the test settles, and what was asked in which order. */
class Tasks {
  readonly asked: string[] = []
  readonly ends: string[] = []
  private readonly tasks = new Map<string, Task>()

  readonly ask = (row: Row, id: Key, signal: AbortSignal): Promise<string> => {
    const name = `${id}${row.n}`
    this.asked.push(name)
    signal.addEventListener('abort', () => this.ends.push(name))
    return new Promise((resolve, reject) => this.tasks.set(name, { signal, resolve, reject }))
  }

  /** Settles a promise and waits until all have heard of it. */
  async end(name: string, cause?: Error): Promise<void> {
    const { resolve, reject } = this.tasks.get(name)!
    if (cause === undefined) resolve(name)
    else reject(cause)
    await new Promise(setImmediate)
  }
}

function start(ids: readonly string[], concurrency?: number) {
  const tasks = new Tasks()
  const source = make(...ids)
  const recorder = record(source.feed.pipe(selectAsync(tasks.ask, concurrency === undefined ? {} : { concurrency }), checkLaws()))
  return { tasks, source, recorder }
}

describe('selectAsync', () => {
  it('is ready at once, and shows a row when its promise is fulfilled', async () => {
    const { tasks, recorder } = start(['a', 'b'])
    assert.equal(recorder.take(), 'R .')
    await tasks.end('b0')
    await tasks.end('a0')
    assert.equal(recorder.take(), '+b . +a .')
  })

  it('aborts for a changed item, and keeps the old result until there is a new one', async () => {
    const { tasks, source, recorder } = start(['a'])
    await tasks.end('a0')
    source.patch('a', { n: 1 })
    source.patch('a', { n: 2 })
    assert.deepEqual([recorder.take(), tasks.ends], ['R . +a .', ['a1']])
    await tasks.end('a1')
    await tasks.end('a2')
    assert.equal(recorder.take(), '~a .')
  })

  it('never aborts what has been fulfilled', async () => {
    const { tasks, source, recorder } = start(['a'])
    await tasks.end('a0')
    source.patch('a', { n: 1 })
    await tasks.end('a1')
    recorder.subscription.unsubscribe()
    assert.deepEqual(tasks.ends, [])
  })

  it('retracts with its input, and forgets a result that is too late', async () => {
    const { tasks, source, recorder } = start(['a', 'b'])
    await tasks.end('a0')
    recorder.take()
    source.edit((tx) => {
      tx.retract('a')
      tx.retract('b')
    })
    await tasks.end('b0')
    assert.deepEqual([recorder.take(), tasks.ends], ['-a .', ['b0']])
  })

  it('ignores the rejection of what was aborted', async () => {
    const { tasks, source, recorder } = start(['a'])
    source.retract('a')
    await tasks.end('a0', new Error('aborted'))
    assert.equal(recorder.take(), 'R .')
  })

  it('runs as many as it may; the rest wait in the order of their arrival', async () => {
    const { tasks, source } = start(['a', 'b', 'c'], 2)
    source.publish({ id: 'd', n: 0 })
    assert.deepEqual(tasks.asked, ['a0', 'b0'])
    await tasks.end('b0')
    assert.deepEqual(tasks.asked, ['a0', 'b0', 'c0'])
    await tasks.end('c0')
    assert.deepEqual(tasks.asked, ['a0', 'b0', 'c0', 'd0'])
  })

  it('forgets who is retracted while waiting, and lets a changed one wait anew', async () => {
    const { tasks, source } = start(['a', 'b', 'c', 'd'], 1)
    source.retract('b')
    source.patch('c', { n: 1 })
    for (const name of ['a0', 'd0', 'c1']) await tasks.end(name)
    assert.deepEqual([tasks.asked, tasks.ends], [['a0', 'd0', 'c1'], []])
  })

  it('starts the next when one that runs is retracted, but none that the same transaction retracts', () => {
    const { tasks, source } = start(['a', 'b', 'c', 'd'], 1)
    source.edit((tx) => {
      for (const id of ['a', 'b', 'c']) tx.retract(id)
    })
    assert.deepEqual([tasks.asked, tasks.ends], [['a0', 'd0'], ['a0']])
  })

  it('asks nothing for what comes and goes in one transaction', () => {
    const { tasks, source } = start([])
    source.edit((tx) => {
      tx.publish({ id: 'a', n: 0 })
      tx.publish({ id: 'b', n: 0 })
      tx.retract('a')
    })
    assert.deepEqual(tasks.asked, ['b0'])
  })

  it('aborts all with its consumer, and starts none of those that wait', () => {
    const { tasks, recorder } = start(['a', 'b', 'c'], 2)
    recorder.subscription.unsubscribe()
    assert.deepEqual(
      [tasks.asked, tasks.ends],
      [
        ['a0', 'b0'],
        ['a0', 'b0'],
      ],
    )
  })

  it('ends with an OperatorError for a rejection, and aborts the rest', async () => {
    const { tasks, recorder } = start(['a', 'b'])
    const cause = new Error('mine')
    await tasks.end('a0', cause)
    const [error] = recorder.errors
    assert.ok(error instanceof OperatorError && error.operator === 'selectAsync' && error.id === 'a' && error.cause === cause)
    assert.deepEqual(tasks.ends, ['b0'])
  })

  it('ends with an OperatorError for a function that throws', async () => {
    const throwing = (): Promise<string> => {
      throw new Error('mine')
    }
    const { errors } = record(make('a').feed.pipe(selectAsync(throwing)))
    await new Promise(setImmediate)
    assert.ok(errors[0] instanceof OperatorError && errors[0].id === 'a')
  })

  it('completes when its input has and nothing is pending', async () => {
    const tasks = new Tasks()
    const recorder = record(
      feedOf(
        [
          { id: 'a', n: 0 },
          { id: 'b', n: 0 },
        ],
        ({ id }) => id,
      ).pipe(selectAsync(tasks.ask, { concurrency: 1 })),
    )
    await tasks.end('a0')
    assert.equal(recorder.take(), 'R . +a .')
    await tasks.end('b0')
    assert.equal(recorder.take(), '+b . |')
  })

  it('completes with an input of nothing', () => {
    assert.equal(record(feedOf<Row>([], ({ id }) => id).pipe(selectAsync(() => Promise.resolve(1)))).take(), 'R . |')
  })

  it('has a queue for each subscription', () => {
    const tasks = new Tasks()
    const feed = make('a').feed.pipe(selectAsync(tasks.ask, { concurrency: 1 }))
    record(feed)
    record(feed)
    assert.deepEqual(tasks.asked, ['a0', 'a0'])
  })

  it('takes any thenable, and drops order', async () => {
    const thenable = {
      then: (resolve: (value: number) => void) => {
        resolve(1)
      },
    } as PromiseLike<number>
    const recorder = record(
      make('a').feed.pipe(
        orderBy({ id: 1 }),
        selectAsync(() => thenable),
      ),
    )
    await new Promise(setImmediate)
    assert.equal(recorder.take(), 'R . +a .')
  })

  it('runs thousands one after the other', async () => {
    const ids = Array.from({ length: 5000 }, (_, n) => String(n))
    let most = 0
    let running = 0
    const ask = async (): Promise<number> => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      return running--
    }
    const feed = feedOf(
      ids.map((id) => ({ id })),
      ({ id }) => id,
    ).pipe(selectAsync(ask, { concurrency: 3 }))
    let rows = 0
    await feed.forEach((event) => {
      if (event.type === 'publish') rows++
    })
    assert.deepEqual([rows, most], [5000, 3])
  })

  it('refuses a concurrency that lets nothing run', () => {
    for (const concurrency of [0, -1, NaN]) assert.throws(() => selectAsync(() => Promise.resolve(1), { concurrency }), ArgumentError)
  })
})
