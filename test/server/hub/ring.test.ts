import assert from 'node:assert/strict'
import { Ring } from '../../../src/server/hub/ring.js'

describe('Ring', () => {
  const filled = (): Ring => {
    const ring = new Ring({ r: 'a1' }, 4)
    ring.push({ r: 'a2' }, ['x'])
    ring.push({ r: 'a4' }, ['y', 'x'])
    return ring
  }

  it('gives the keys touched after a cursor', () => {
    assert.deepEqual([...filled().since({ r: 'a2' })!], ['y', 'x'])
  })

  it('gives a merged entry whole to who stands inside of it', () => {
    assert.deepEqual([...filled().since({ r: 'a3' })!], ['y', 'x'])
  })

  it('gives nothing to who is up to date', () => {
    assert.deepEqual([...filled().since({ r: 'a4', other: 'z' })!], [])
  })

  const unknown: [string, Record<string, string>][] = [
    ['a cursor before its start', { r: 'a0' }],
    ['another history', { other: 'a4' }],
    ['no cursor at all', {}],
  ]
  for (const [what, cursor] of unknown) {
    it(`does not know of ${what}`, () => {
      assert.equal(filled().since(cursor), undefined)
    })
  }

  it('forgets the oldest keys beyond its bound', () => {
    const ring = filled()
    ring.push({ r: 'a5' }, ['z', 'w'])
    assert.equal(ring.since({ r: 'a1' }), undefined)
    assert.deepEqual([...ring.since({ r: 'a2' })!], ['y', 'x', 'z', 'w'])
  })
})
