import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { changeEvent, commitEvent, publishEvent, resetEvent, retractEvent } from '../../src/streams/index.js'

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
})
