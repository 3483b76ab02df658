import assert from 'node:assert/strict'
import { $build } from 'strophe.js'
import { ValidationError } from '../../../../src/errors.js'
import { createRequest } from '../../../../src/streams/transports/xmpp/pubsub-owner-requests.js'
import { itemsRequest, publishRequest, retractRequest } from '../../../../src/streams/transports/xmpp/pubsub-requests.js'
import { goldenRequests } from './golden-requests.js'
import { parseXml } from './parse-xml.js'

describe('requests of XMPP pub-sub', () => {
  for (const [claim, build, xml] of goldenRequests) it(claim, () => assert.equal(String(build()), xml))

  it('take payloads made by a builder, also by one of another copy of strophe', () => {
    const own: unknown = $build('entry', { xmlns: 'urn:x' })
    const foreign = { tree: () => parseXml('<entry xmlns="urn:x"/>') }
    for (const payload of [own as { tree(): Element }, foreign])
      assert.match(String(publishRequest('p', 'n', 'i', payload)), /<item id="i"><entry xmlns="urn:x"\/><\/item>/)
  })

  const hostile = 'a\u0001b'
  for (const [claim, build] of [
    ['an id', () => publishRequest('p', 'n', hostile, undefined)],
    ['an id to fetch', () => itemsRequest('p', 'n', { ids: [hostile] })],
    ['an id to retract', () => retractRequest('p', 'n', '\ud800', true)],
    ['an id with a line feed, which would arrive as a space', () => publishRequest('p', 'n', 'a\nb', undefined)],
    ['a node', () => itemsRequest('p', hostile)],
    ['a service', () => itemsRequest(hostile, 'n')],
    ['a cursor', () => itemsRequest('p', 'n', { rsm: { after: hostile } })],
    ['a value of a form', () => createRequest('p', 'n', { 'pubsub#title': '\uffff' })],
    ['a name in a form', () => createRequest('p', 'n', { [hostile]: 1 })],
  ] as const)
    it(`refuse ${claim} that XML can't carry: the server would close the stream`, () => {
      assert.throws(build, ValidationError)
    })
})
