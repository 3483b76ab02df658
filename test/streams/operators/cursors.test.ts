import assert from 'node:assert/strict'
import { BehaviorSubject, NEVER, Subject, switchMap } from 'rxjs'
import { type Cursor, type Feed, feedOf, mergeEach, selectEach, Source, union } from '../../../src/streams/index.js'
import { turns } from '../../../src/streams/internal/turns.js'
import { newestMarks } from '../../../src/streams/cursor.js'
import { cursorSourceOf } from '../../../src/streams/event.js'
import { record } from '../recorder.js'

interface Row {
  readonly id: string
  readonly n: number
}
const key = (row: Row): string => row.id

/** The cursor of the last commit so far, and how many marks lie behind it. */
function watch(feed: Feed<unknown>): { cursor: Cursor; marks: number } {
  const last = { cursor: {} as Cursor, marks: 0 }
  feed.subscribe((event) => {
    if (event.type !== 'commit') return
    last.cursor = event.cursor
    last.marks = newestMarks(cursorSourceOf(event)).size
  })
  return last
}

describe('cursors through operators with several inputs', () => {
  it('keep the positions of inputs that have completed', () => {
    const last = watch(union(feedOf([{ id: 'a', n: 1 }], key), feedOf([{ id: 'b', n: 1 }], key)))
    assert.equal(Object.keys(last.cursor).length, 2)
  })

  it('tell of every root what was reached last, in few parts', () => {
    const sources = Array.from({ length: 5 }, (_, index) => new Source({ key, initial: [{ id: String(index), n: 0 }] }))
    const last = watch(union(...sources.map(({ feed }) => feed)))
    for (let n = 1; n <= 500; n++) sources[n % 5]!.publish({ id: String(n % 5), n })
    const expected = Object.assign({}, ...sources.map((source) => watch(source.feed).cursor)) as Cursor
    assert.deepEqual(last.cursor, expected)
    assert.equal(last.marks, 5)
  })

  it('forget the roots of feeds that are gone', () => {
    const outer = new Source<{ id: string; feed: Feed<Row> }>({ key: ({ id }) => id })
    const last = watch(outer.feed.pipe(mergeEach(({ feed }) => feed)))
    for (let n = 0; n < 500; n++) outer.publish({ id: 'x', feed: new Source({ key, initial: [{ id: 'a', n }] }).feed })
    assert.ok(last.marks < 20, `${last.marks} marks are left of 501 roots`)
  })

  it('do not hold all that was ever united', () => {
    const sources = Array.from({ length: 3 }, () => new Source<Row>({ key }))
    let parts: unknown
    union(...sources.map(({ feed }) => feed)).subscribe((event) => {
      if (event.type === 'commit') parts = cursorSourceOf(event)
    })
    for (let n = 0; n < 1000; n++) sources[n % 3]!.publish({ id: 'a', n })
    const count = (part: unknown): number => (Array.isArray(part) ? part.reduce<number>((sum, each) => sum + count(each), 0) : 1)
    assert.ok(count(parts) < 30, `${count(parts)} parts`)
  })
})

describe('a reset of the outer feed', () => {
  it('keeps the rows of items that come again, though their Observables take their time', () => {
    const source = new Source<Row>({
      key,
      initial: [
        { id: 'a', n: 1 },
        { id: 'b', n: 1 },
      ],
    })
    const resets = new BehaviorSubject(0)
    const values: Record<string, Subject<number>> = { a: new Subject(), b: new Subject() }
    const late = (id: string) => values[id] ?? NEVER
    const recorder = record(resets.pipe(switchMap(() => source.feed)).pipe(selectEach((_, id) => late(id).pipe())))
    recorder.take()
    values['a']!.next(1)
    values['b']!.next(2)
    recorder.take()
    turns.run(() => {
      source.retract('b')
      resets.next(1)
    })
    assert.equal(recorder.take(), '-b .')
    values['a']!.next(7)
    assert.equal(recorder.take(), '~a .')
  })
})
