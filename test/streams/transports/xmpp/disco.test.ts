import assert from 'node:assert/strict'
import { parseDiscoInfo, parseDiscoItems } from '../../../../src/streams/transports/xmpp/disco.js'
import { goldenResults } from './golden-results.js'
import { parseXml } from './parse-xml.js'

describe('service discovery', () => {
  it('tells what an entity is and can (XEP-0030 §3.1, XEP-0060 §5.4)', () => {
    const { node, identities, features, forms } = parseDiscoInfo(parseXml(goldenResults.info))
    assert.equal(node, 'news')
    assert.deepEqual(identities, [{ category: 'pubsub', type: 'leaf', name: 'News', lang: 'en' }])
    assert.deepEqual([...features], ['http://jabber.org/protocol/pubsub', 'http://jabber.org/protocol/pubsub#publish'])
    assert.deepEqual(
      forms.map((form) => [...form]),
      [[['pubsub#title', ['News']]]],
    )
  })

  it('lists what an entity has (XEP-0030 §4.1)', () => {
    assert.deepEqual(parseDiscoItems(parseXml(goldenResults.discoItems)), {
      items: [
        { jid: 'pubsub.example', node: 'news', name: 'News' },
        { jid: 'muc.example', node: undefined, name: undefined },
      ],
      rsm: { count: 2 },
    })
  })

  it('leaves out what has no address or no kind', () => {
    const bad = '<iq><query xmlns="http://jabber.org/protocol/disco#items"><item/><item node="n"/></query></iq>'
    assert.deepEqual(parseDiscoItems(parseXml(bad)).items, [])
    const worse =
      '<iq><query xmlns="http://jabber.org/protocol/disco#info"><identity type="leaf"/><feature/><feature var=""/><x/></query></iq>'
    const { identities, features, forms } = parseDiscoInfo(parseXml(worse))
    assert.deepEqual([identities.length, features.size, forms.length], [0, 0, 0])
  })

  it('is empty where there is none', () => {
    const none = parseXml(goldenResults.empty)
    assert.deepEqual(parseDiscoInfo(none), { node: undefined, identities: [], features: new Set(), forms: [] })
    assert.deepEqual(parseDiscoItems(none), { items: [], rsm: undefined })
  })
})
