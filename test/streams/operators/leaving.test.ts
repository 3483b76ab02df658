import assert from 'node:assert/strict'
import { finalize, Subject, take, tap } from 'rxjs'
import { asMap, type Feed, shareFeed, Source } from '../../../src/streams/index.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { disturb, type Pipeline, pipelines, type Row, rowsOf } from './pipelines.js'

const size = 24
const rows = rowsOf(size)
const sourceOf = (initial: readonly Row[]): Source<Row> => new Source<Row>({ key: ({ id }) => id, initial })

/** Follows a pipeline and leaves in the middle of the event of this number; tells how many it heard. */
function leave(pipeline: Pipeline, at: number): number {
  const [a, b] = [sourceOf(rows), sourceOf(rows.filter((_, index) => index % 5 !== 3))]
  const tick = new Subject<unknown>()
  let inputs = 0
  const counted = ({ feed }: Source<Row>): Feed<Row> =>
    feed.pipe(
      tap({ subscribe: () => inputs++ }),
      finalize(() => inputs--),
    )
  let heard = 0
  let failure: unknown
  const subscription = pipeline(counted(a), counted(b), size, tick)
    .pipe(take(at))
    .subscribe({ next: () => heard++, error: (error) => (failure = error) })
  for (const source of [a, b]) disturb(source, rows)
  a.replaceAll(rows.slice(3))
  tick.next(undefined)
  if (heard >= at) assert.deepEqual({ heard, inputs, ticked: tick.observed }, { heard: at, inputs: 0, ticked: false }, `at event ${at}`)
  subscription.unsubscribe()
  assert.deepEqual({ inputs, failure }, { inputs: 0, failure: undefined })
  return heard
}

describe('a consumer that leaves in the middle of an event, whichever it is', () => {
  for (const [name, pipeline] of Object.entries<Pipeline>(pipelines)) {
    // What it sends is sent after the turn.
    if (name === 'selectAsync') continue
    it(`leaves no input of ${name}`, () => {
      const count = leave(pipeline, Infinity)
      assert.ok(count > 0)
      for (let at = 1; at <= count; at++) leave(pipeline, at)
    })
  }

  it('disturbs nobody else who shares the feed', () => {
    const source = sourceOf(rows)
    const shared = source.feed.pipe(shareFeed())
    const seen: string[] = []
    for (let at = 1; at <= 2 * size; at++) {
      shared.pipe(take(at)).subscribe()
      shared.pipe(checkLaws(), asMap()).subscribe((map) => (seen[at] = JSON.stringify([...map].sort())))
    }
    disturb(source, rows)
    let expected = ''
    source.feed.pipe(asMap()).subscribe((map) => (expected = JSON.stringify([...map].sort())))
    assert.deepEqual(new Set(seen.slice(1)), new Set([expected]))
  })
})
