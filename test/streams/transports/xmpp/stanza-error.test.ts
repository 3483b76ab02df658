import assert from 'node:assert/strict'
import { ConnectionError, LimitError } from '../../../../src/errors.js'
import { parseStanzaError, StanzaError, stanzaRejection } from '../../../../src/streams/transports/xmpp/stanza-error.js'
import { goldenErrors } from './golden-results.js'
import { parseXml } from './parse-xml.js'

const full =
  '<iq xmlns="jabber:client" type="error"><error type="cancel" by="pubsub.example">' +
  '<text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas" xml:lang="en">Not &lt;here&gt;</text><text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">second</text>' +
  '<unsupported xmlns="http://jabber.org/protocol/pubsub#errors" feature="purge-nodes"/><x xmlns="urn:x"/>' +
  '<feature-not-implemented xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/><gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error></iq>'

describe('stanza errors', () => {
  for (const [xml, code, condition, application] of goldenErrors) {
    const type = /error type="(\w+)"/.exec(xml)?.[1] ?? 'none'
    it(`${application ?? condition}, to ${type}: ${code}`, () => {
      const error = stanzaRejection('fetch of news', parseXml(xml))
      assert.ok(error.cause instanceof StanzaError)
      assert.deepEqual([error.code, error.cause.condition, error.cause.application], [code, condition, application])
      assert.match(error.message, new RegExp(`^fetch of news: ${condition}`))
    })
  }

  it('say everything that they were told, whatever the order', () => {
    const { condition, application, text, errorType, by, feature, message } = parseStanzaError(parseXml(full))
    assert.deepEqual(
      [condition, application, text, errorType, by, feature],
      ['feature-not-implemented', 'unsupported', 'Not <here>', 'cancel', 'pubsub.example', 'purge-nodes'],
    )
    assert.equal(message, 'feature-not-implemented (unsupported: purge-nodes) “Not <here>”')
  })

  it('have no type that is unknown', () => {
    assert.equal(parseStanzaError(parseXml('<iq><error type="constructor"/></iq>')).errorType, undefined)
  })

  it('cut what they were told off', () => {
    const { text } = parseStanzaError(
      parseXml(`<iq><error><text xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">${'x'.repeat(10_000)}</text></error></iq>`),
    )
    assert.equal(text?.length, 500)
  })

  it('name the limit that was met', () => {
    const error = stanzaRejection('publish', parseXml(goldenErrors.find(([, , , application]) => application === 'payload-too-big')![0]))
    assert.ok(error instanceof LimitError && error.limit === 'payload-too-big')
  })

  it('leave no doubt about the outcome: it was refused', () => {
    const error = stanzaRejection('publish', parseXml(goldenErrors.find(([, code]) => code === 'connection')![0]))
    assert.ok(error instanceof ConnectionError && !error.outcomeUnknown)
  })
})
