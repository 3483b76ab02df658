import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type * as Rachis from '../../src/streams/index.js'
import { checkLaws } from '../../src/streams/testing/index.js'
import { record } from './recorder.js'

describe('a package that is loaded twice', () => {
  it('has one queue of turns: a diamond over both copies commits once a turn', async () => {
    const esm = (await import(new URL('../../dist/esm/index.js', import.meta.url).href)) as typeof Rachis
    const cjs = createRequire(import.meta.url)('../../dist/cjs/index.cjs') as typeof Rachis
    assert.notEqual(esm.Source, cjs.Source)
    interface Row {
      readonly id: string
      readonly n: number
    }
    const source = new esm.Source<Row>({ key: (row) => row.id, initial: [{ id: 'a', n: 1 }] })
    const left = esm.union(source.feed.pipe(cjs.where({ n: 1 })), source.feed.pipe(esm.where({ n: 2 })))
    const recorder = record(cjs.union(left, source.feed.pipe(cjs.orderBy({ n: 1 }), esm.slice({ limit: 1 }))).pipe(checkLaws()))
    assert.equal(recorder.take(), 'R +a .')
    source.edit((tx) => {
      tx.patch('a', { n: 2 })
      tx.publish({ id: 'b', n: 1 })
    })
    assert.equal(recorder.take(), '~a +b .')
  })
})
