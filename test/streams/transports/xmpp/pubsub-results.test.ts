import assert from 'node:assert/strict'
import {
  parseAffiliations,
  parseConfiguration,
  parseCreated,
  parseItems,
  parsePublished,
  parseSubscription,
  parseSubscriptions,
} from '../../../../src/streams/transports/xmpp/pubsub-results.js'
import { goldenResults } from './golden-results.js'
import { parseXml } from './parse-xml.js'

const read = Object.fromEntries(Object.entries(goldenResults).map(([name, xml]) => [name, parseXml(xml)])) as Record<
  keyof typeof goldenResults,
  Element
>
const items = (content: string): Element =>
  parseXml(`<iq xmlns="jabber:client"><pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="n">${content}</items></pubsub></iq>`)

describe('results of XMPP pub-sub', () => {
  it('hold items (XEP-0060 §6.5.3)', () => {
    const { items, unreadable, rsm } = parseItems(read.items)
    assert.deepEqual(
      items.map(({ id, payload, publisher }) => [id, payload?.textContent, publisher]),
      [
        ['i1', '{"a":1}', undefined],
        ['i2', undefined, 'a@example/b'],
      ],
    )
    assert.deepEqual([unreadable, rsm], [[], undefined])
  })

  it('hold a page of items (§6.5.4, XEP-0059 §2.1)', () => {
    assert.deepEqual(parseItems(read.page).rsm, { first: 'c1', last: 'c2', index: 5, count: 19 })
  })

  it('hold no items', () => assert.deepEqual(parseItems(read.noItems), { items: [], unreadable: [], rsm: undefined }))

  it('hold items among what can not be read', () => {
    const { items: good, unreadable } = parseItems(
      items('<item/><item id="i1"/><item id=""/><b id="i2"/><item xmlns="urn:x" id="i3"/>text'),
    )
    assert.deepEqual(good, [{ id: 'i1', payload: undefined }])
    assert.deepEqual(
      unreadable.map(({ id, reason }) => [id, reason]),
      [
        [undefined, 'has no id'],
        [undefined, 'has no id'],
        ['i2', 'is an unexpected <b> of http://jabber.org/protocol/pubsub'],
        ['i3', 'is an unexpected <item> of urn:x'],
      ],
    )
    assert.match(unreadable[3]!.raw, /^<item id="i3" xmlns="urn:x"\/>$/)
  })

  it('hold payloads up to a limit', () => {
    const { items: good, unreadable } = parseItems(items('<item id="i1"><a>123</a></item><item id="i2"><a>1234</a></item>'), { text: 3 })
    assert.deepEqual([good.map(({ id }) => id), unreadable.map(({ id }) => id)], [['i1'], ['i2']])
  })

  it('tell the id that the service gave (§7.1.2)', () => assert.equal(parsePublished(read.published), 'given'))
  it('tell the name of an instant node (§8.1.2)', () =>
    assert.equal(parseCreated(read.created), '25e3d37dabbab9541f7523321421edc5bfeb2dae'))

  it('tell of a subscription (§6.1.2)', () => {
    assert.deepEqual(parseSubscription(read.subscribed), {
      node: 'news',
      jid: 'me@example',
      state: 'subscribed',
      subid: 's1',
      mustConfigure: false,
    })
  })

  it('tell of a subscription that has to be configured (§6.3.6)', () => {
    const { state, mustConfigure } = parseSubscription(read.unconfigured)!
    assert.deepEqual([state, mustConfigure], ['unconfigured', true])
  })

  it("list one's subscriptions (§5.6)", () => {
    assert.deepEqual(
      parseSubscriptions(read.subscriptions).map(({ node, state, subid }) => [node, state, subid]),
      [
        ['a', 'subscribed', undefined],
        ['b', 'pending', 's2'],
      ],
    )
  })

  it('list the subscriptions of a node (§8.8.1)', () => {
    assert.deepEqual(
      parseSubscriptions(read.nodeSubscriptions).map(({ node, jid }) => [node, jid]),
      [['news', 'a@example']],
    )
  })

  it("list one's affiliations (§5.7)", () => {
    assert.deepEqual(parseAffiliations(read.affiliations), [
      { node: 'a', jid: undefined, affiliation: 'owner' },
      { node: 'b', jid: undefined, affiliation: 'publish-only' },
    ])
  })

  it('list the affiliations of a node (§8.9.1)', () => {
    assert.deepEqual(parseAffiliations(read.nodeAffiliations), [{ node: 'news', jid: 'a@example', affiliation: 'outcast' }])
  })

  it('hold the configuration of a node (§8.2.2), values and not the options', () => {
    assert.deepEqual([...parseConfiguration(read.configuration)!].slice(1), [
      ['pubsub#title', ['News']],
      ['pubsub#access_model', ['open']],
    ])
  })

  it('hold the default configuration (§8.3.2)', () =>
    assert.deepEqual([...parseConfiguration(read.defaultConfiguration)!], [['pubsub#title', ['']]]))

  it('hold the options of a subscription (§6.3.3)', () => {
    assert.deepEqual([...parseConfiguration(read.options)!], [['pubsub#show-values', ['chat', 'away']]])
  })

  it('are nothing where there is nothing', () => {
    const { empty } = read
    assert.deepEqual(
      [parsePublished, parseCreated, parseSubscription, parseConfiguration].map((parse) => parse(empty)),
      [undefined, undefined, undefined, undefined],
    )
    assert.deepEqual([parseItems(empty).items, parseSubscriptions(empty), parseAffiliations(empty)], [[], [], []])
  })
})
