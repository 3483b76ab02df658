import assert from 'node:assert/strict'
import { parseEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'
import { badEvents, event, goldenEvents } from './golden-events.js'
import { parseXml } from './parse-xml.js'
import { plainNews } from './plain-news.js'

describe('events of XMPP pub-sub', () => {
  for (const [claim, xml, news] of goldenEvents) it(`tell of ${claim}`, () => assert.deepEqual(plainNews(parseEvent(parseXml(xml))), news))
  for (const [claim, xml, news] of badEvents)
    it(`are read in spite of ${claim}`, () => assert.deepEqual(plainNews(parseEvent(parseXml(xml))), news))

  it('say who sent them, or that it was the own account', () => {
    const own = '<message xmlns="jabber:client"><event xmlns="http://jabber.org/protocol/pubsub#event"><purge node="n"/></event></message>'
    assert.deepEqual(
      [event('<purge node="n"/>'), own].map((xml) => parseEvent(parseXml(xml))[0]?.service),
      ['pubsub.example', undefined],
    )
  })

  it('give the XML of what is unreadable, cut off', () => {
    const long = `<items node="n"><item><a>${'x'.repeat(20_000)}</a></item></items>`
    const [news] = parseEvent(parseXml(event(long)))
    assert.ok(news?.type === 'unreadable')
    assert.match(news.raw, /^<item[^>]*><a>x+$/)
    assert.equal(news.raw.length, 10_000)
  })

  it('hold payloads up to a limit, all their texts taken together', () => {
    const xml = event('<items node="n"><item id="i1"><a>12<b>3</b></a></item><item id="i2"><a>12<b>34</b></a></item></items>')
    assert.deepEqual(plainNews(parseEvent(parseXml(xml), { text: 3 })), [
      { type: 'unreadable', node: 'n', id: 'i2', reason: 'holds more than 3 characters' },
      { type: 'items', node: 'n', published: [{ id: 'i1', payload: '123' }], retracted: [] },
    ])
  })

  it('are read in linear time, however many items there are', () => {
    // Minutes, if an item were looked for by its position.
    const n = 100_000
    const items = Array.from({ length: n }, (_, index) => `<item id="i${String(index)}"><a>${String(index)}</a></item>`)
    const el = parseXml(event(`<items node="n">${items.join('')}</items>`))
    const [news] = parseEvent(el)
    assert.ok(news?.type === 'items' && news.published.length === n)
  })

  it('survive a payload of 20,000 levels, which is reported', () => {
    const levels = 20_000
    const bomb = event(`<items node="n"><item id="i1">${'<a>'.repeat(levels)}${'</a>'.repeat(levels)}</item></items>`)
    const [news] = parseEvent(parseXml(bomb))
    assert.ok(news?.type === 'unreadable')
    assert.equal(news.raw.slice(0, 5), '<item')
  })
})
