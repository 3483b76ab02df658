import assert from 'node:assert/strict'
import { Subject } from 'rxjs'
import { fromSnapshots, OperatorError, Source } from '../../src/streams/index.js'
import { checkLaws } from '../../src/streams/testing/index.js'
import { record } from './recorder.js'

interface Row {
  readonly id: string
  readonly n: number
}

describe('fromSnapshots, several in the turn of another', () => {
  const start = () => {
    const snapshots = new Subject<readonly Row[]>()
    const recorder = record(fromSnapshots(snapshots, { key: ({ id }) => id, same: (x, y) => x.n === y.n }).pipe(checkLaws()))
    snapshots.next([{ id: 'a', n: 1 }])
    recorder.take()
    /** Sends these from inside a turn. */
    const send = (...all: readonly (readonly Row[])[]): void => {
      const other = new Source<Row>({ key: ({ id }) => id })
      other.feed.subscribe((event) => {
        if (event.type === 'publish') for (const each of all) snapshots.next(each)
      })
      other.publish({ id: 'other', n: 0 })
    }
    return { recorder, send }
  }

  it('compares each with the one before', () => {
    const { recorder, send } = start()
    send([{ id: 'a', n: 5 }], [{ id: 'a', n: 5 }])
    assert.equal(recorder.take(), '~a . .')
  })

  it('ends with an OperatorError if one has two items under a key', () => {
    const { recorder, send } = start()
    send(
      [{ id: 'a', n: 5 }],
      [
        { id: 'b', n: 5 },
        { id: 'b', n: 6 },
      ],
    )
    assert.equal(recorder.take(), '~a . !')
    assert.ok(recorder.errors[0] instanceof OperatorError)
  })
})
