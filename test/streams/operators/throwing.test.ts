import assert from 'node:assert/strict'
import { finalize, Subject, tap } from 'rxjs'
import { type Feed, type Key, OperatorError, Source } from '../../../src/streams/index.js'
import { type Pipeline, pipelines, type Row } from './pipelines.js'

/** How often fields have been read, and at which of the reads they throw. */
let reads = 0
let last = Infinity

/** A row whose fields may throw; it stands for functions of the user that do. Not plain: nobody reads it to freeze it. */
class BadRow implements Row {
  readonly #row: Row
  constructor(row: Row) {
    this.#row = row
  }
  get id(): Key {
    return this.#row.id
  }
  get n(): number {
    return this.#read('n')
  }
  get g(): string {
    return this.#read('g')
  }
  get ref(): Key | null {
    return this.#read('ref')
  }
  get parent(): Key | null {
    return this.#read('parent')
  }
  get v(): number {
    return this.#read('v')
  }
  #read<F extends keyof Row>(field: F): Row[F] {
    if (++reads === last) throw new Error('mine')
    return this.#row[field]
  }
}

const row = (id: Key, n: number, g: string, ref: Key | null, parent: Key | null): Row => new BadRow({ id, n, g, ref, parent, v: n })
const make = (): Source<Row> =>
  new Source<Row>({
    key: ({ id }) => id,
    initial: [row('a', 1, 'x', 'b', null), row('b', 2, 'y', null, 'a'), row('c', 3, 'x', 'a', 'a')],
  })

/** Runs the pipeline until the read that throws; tells whether it came so far. */
function run(pipeline: Pipeline): boolean {
  const [a, b, tick] = [make(), make(), new Subject<void>()]
  const errors: unknown[] = []
  let after = 0
  let inputs = 0
  const counted = ({ feed }: Source<Row>): Feed<Row> =>
    feed.pipe(
      tap({ subscribe: () => inputs++ }),
      finalize(() => inputs--),
    )
  const note = (): unknown => errors.length > 0 && after++
  const subscription = pipeline(counted(a), counted(b), 24, tick).subscribe({
    next: note,
    complete: note,
    error: (error) => errors.push(error),
  })
  a.publish(row('d', 2, 'y', 'c', 'b'))
  tick.next()
  a.edit((tx) => (tx.publish(row('a', 5, 'y', 'c', 'd')), tx.retract('b'), tx.publish(row('e', 0, 'z', 'a', 'none'))))
  b.edit((tx) => (tx.publish(row('c', 5, 'y', 'c', 'd')), tx.retract('b'), tx.publish(row('f', 0, 'z', 'a', 'none'))))
  tick.next()
  a.replaceAll([row('d', 7, 'x', null, null)])
  if (reads < last) {
    subscription.unsubscribe()
    return false
  }
  const [error] = errors
  assert.ok(error instanceof OperatorError && (error.cause as Error).message === 'mine', String(error))
  assert.deepEqual({ errors: errors.length, after, inputs }, { errors: 1, after: 0, inputs: 0 })
  return true
}

describe('a function of the user that throws, at whichever of its calls', () => {
  for (const [name, pipeline] of Object.entries(pipelines)) {
    // Its functions are called after the turn, and their errors are rejections.
    if (name === 'selectAsync') continue
    it(`ends ${name} with one OperatorError, and leaves no input`, () => {
      for (let at = 1, came = true; came; at++) {
        reads = 0
        last = at
        came = run(pipeline)
      }
    })
  }
})
