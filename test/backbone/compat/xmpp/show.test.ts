import assert from 'node:assert/strict'
import Backbone from 'backbone'
import { PubSubItem } from '../../../../src/backbone/compat/xmpp/index.js'
import { show } from '../../../../src/backbone/compat/xmpp/show.js'
import { uncaught } from '../../../uncaught.js'

describe('items of a PubSubNode that come together', () => {
  it('are shown but for one of which no model can be made, which is reported', async () => {
    const Item = PubSubItem.extend({
      parse: (attributes: { readonly id: string; readonly title: string }) => ({ ...attributes, title: attributes.title.trim() }),
    })
    const collection = new Backbone.Collection([], { model: Item as unknown as typeof Backbone.Model })
    const put = (id: string, title?: unknown) => ({ id, before: undefined, now: { id, ...(title !== undefined && { title }) } })
    const events: string[] = []
    collection.on('all', (name: string) => events.push(name))
    const reported = uncaught()
    show(collection, [put('a', ' x '), put('bad'), put('b', 'y')])
    assert.ok((await reported) instanceof TypeError)
    assert.deepEqual([collection.pluck('id'), collection.pluck('title'), collection.length], [['b', 'a'], ['y', 'x'], 2])
    assert.deepEqual(events, ['add', 'add', 'update'])
    show(collection, [put('bad', 'good')])
    assert.deepEqual([collection.pluck('id'), collection.length], [['bad', 'b', 'a'], 3])
  })
})
