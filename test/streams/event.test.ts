import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import fc from 'fast-check'
import {
  applyEvent,
  changeEvent,
  commitEvent,
  composeEvents,
  invertEvent,
  type ItemEvent,
  publishEvent,
  resetEvent,
  retractEvent,
} from '../../src/streams/index.js'

describe('an event', () => {
  const events = {
    publish: [publishEvent('a', 1), { type: 'publish', id: 'a', item: 1, previous: undefined, from: undefined, at: undefined }],
    'publish with its place': [publishEvent('a', 1, 0), { type: 'publish', id: 'a', item: 1, previous: undefined, from: undefined, at: 0 }],
    'change with its places': [changeEvent('a', 2, 1, 3, 4), { type: 'change', id: 'a', item: 2, previous: 1, from: 3, at: 4 }],
    retract: [retractEvent('a', 1), { type: 'retract', id: 'a', item: undefined, previous: 1, from: undefined, at: undefined }],
    commit: [commitEvent({ r: '1' }), { type: 'commit', cursor: { r: '1' }, reason: undefined }],
    reset: [resetEvent('lost'), { type: 'reset', cursor: undefined, reason: 'lost' }],
  } as const

  for (const [name, [event, shown]] of Object.entries(events)) {
    it(`shows what belongs to a ${name}, as JSON and in a console`, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(event)), JSON.parse(JSON.stringify(shown)))
      assert.equal(inspect(event), inspect(shown))
    })
  }

  /** The event that leads from one item to another, 0 for none. */
  const step = (from: number, to: number): ItemEvent<number> =>
    from === 0 ? publishEvent('a', to) : to === 0 ? retractEvent('a', from) : changeEvent('a', to, from)
  const state = (item: number): Map<string, number> => new Map(item === 0 ? [] : [['a', item]])
  const applied = (item: number, event: ItemEvent<number> | undefined): Map<string, number> => {
    const then = state(item)
    if (event) applyEvent(then, event)
    return then
  }
  const different = fc.uniqueArray(fc.nat(3), { minLength: 2, maxLength: 2 })

  it('is undone by its inverse, and does nothing together with it', () => {
    fc.assert(
      fc.property(different, ([from, to]) => {
        const event = step(from!, to!)
        assert.deepEqual(applied(to!, invertEvent(event)), state(from!))
        assert.deepEqual(invertEvent(invertEvent(event)), event)
        assert.equal(composeEvents(event, invertEvent(event)), undefined)
      }),
    )
  })

  it('is one with the event after it that has the effect of both', () => {
    fc.assert(
      fc.property(different, fc.nat(3), ([from, by], to) => {
        fc.pre(by !== to)
        const both = composeEvents(step(from!, by!), step(by!, to))
        assert.equal(both === undefined, from === to)
        assert.deepEqual(applied(from!, both), state(to))
      }),
    )
  })
})
