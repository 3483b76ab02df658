import assert from 'node:assert/strict'
import type { ChangeRecord } from '../../../src/server/mongoose/change-source.js'
import { RecentChanges } from '../../../src/server/mongoose/recent-changes.js'

const change = (position: string, id: string, extra: object = {}): ChangeRecord => ({
  position,
  operation: 'update',
  collection: 'c',
  id,
  ...extra,
})
const ids = (changes: readonly ChangeRecord[] | undefined) => changes?.map(({ id }) => id)

describe('RecentChanges', () => {
  it('tells what changed at or after a position in its window, and nothing of before', () => {
    const recent = new RecentChanges('b')
    recent.push([change('c', '1'), change('c', '2')])
    recent.push([change('e', '3')])
    assert.deepEqual(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((position) => ids(recent.since(position))),
      [undefined, ['1', '2', '3'], ['1', '2', '3'], ['3'], ['3'], []],
    )
  })

  it('keeps no documents', () => {
    const recent = new RecentChanges('a')
    recent.push([change('b', '1', { document: { _id: '1' } })])
    assert.deepEqual(recent.since('a'), [change('b', '1')])
  })

  it('grows backwards, without doubling where both meet', () => {
    const recent = new RecentChanges('c')
    recent.push([change('c', '3')])
    recent.extend('a', [change('b', '2'), change('c', '3')])
    assert.deepEqual(ids(recent.since('a')), ['2', '3'])
  })

  it('is bounded, and forgets whole positions', () => {
    const recent = new RecentChanges('a')
    for (let n = 0; n < 3; n++) recent.push(Array.from({ length: 70_000 }, (_, index) => change(`b${n}`, String(index))))
    assert.equal(recent.since('b1'), undefined)
    assert.equal(recent.since('b2')!.length, 70_000)
  })
})
