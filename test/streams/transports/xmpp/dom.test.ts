import assert from 'node:assert/strict'
import { parseForm } from '../../../../src/streams/transports/xmpp/data-form.js'
import { attributeOf, childOf, childrenOf, excessOf, maxDepth, rawTextOf, textOf } from '../../../../src/streams/transports/xmpp/dom.js'
import { parseEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'
import { parseRsm } from '../../../../src/streams/transports/xmpp/rsm.js'
import { event } from './golden-events.js'
import { parseXml } from './parse-xml.js'

const nested = (levels: number): Element => parseXml('<a>'.repeat(levels) + '</a>'.repeat(levels))
const laughs = Array.from({ length: 9 }, (_, index) => `<!ENTITY l${String(index + 1)} "${`&l${String(index)};`.repeat(10)}">`).join('')

describe('reading of a DOM', () => {
  const el = parseXml('<r xmlns="urn:r" a="" b="1"><a/>text<b xmlns="urn:b">1<i>2</i><![CDATA[<3>]]></b><!-- c --><a xmlns="urn:b"/></r>')

  it('finds children by name and namespace', () => {
    const found = [
      childrenOf(el),
      childrenOf(el, 'a'),
      childrenOf(el, 'a', 'urn:b'),
      childrenOf(el, undefined, 'urn:b'),
      childrenOf(el, 'c'),
    ]
    assert.deepEqual(
      found.map((children) => children.length),
      [3, 2, 1, 2, 0],
    )
    assert.equal(childOf(el, 'a', 'urn:x'), undefined)
  })

  it('gives text unescaped', () => assert.equal(textOf(childOf(el, 'b')!), '12<3>'))
  it('takes an empty attribute as absent', () =>
    assert.deepEqual(
      ['a', 'b', 'c'].map((name) => attributeOf(el, name)),
      [undefined, '1', undefined],
    ))

  it('measures payloads, without recursion', () => {
    assert.deepEqual(
      [1, maxDepth, maxDepth + 1, 50_000].map((levels) => excessOf(nested(levels)) !== undefined),
      [false, false, true, true],
    )
    const text = childOf(el, 'b')!
    assert.deepEqual(
      [5, 4, 0].map((limit) => excessOf(text, { text: limit }) !== undefined),
      [false, true, true],
    )
  })

  it('gives XML for a report whatever the depth', () => {
    assert.equal(rawTextOf(childOf(el, 'a')!), '<a/>')
    assert.ok(rawTextOf(nested(50_000)).startsWith('<a>'))
  })

  it('reads forms: the first field of a name, the values in their order', () => {
    const form =
      '<x xmlns="jabber:x:data"><field var="a"><value>1</value><value/></field><field><value>2</value></field><field var="a"/><field var="b"/></x>'
    assert.deepEqual(
      [...parseForm(parseXml(form))],
      [
        ['a', ['1', '']],
        ['b', []],
      ],
    )
  })

  for (const [claim, content, result] of [
    ['no page', '', undefined],
    ['an empty page', '<set xmlns="http://jabber.org/protocol/rsm"><count>0</count></set>', { count: 0 }],
    ['cursors that are empty', '<set xmlns="http://jabber.org/protocol/rsm"><first index="x"/><last></last><count>-1</count></set>', {}],
    [
      'numbers that are none',
      '<set xmlns="http://jabber.org/protocol/rsm"><first index="1e3">a</first><count>99999999999999999999</count></set>',
      { first: 'a' },
    ],
    ['another namespace', '<set><count>0</count></set>', undefined],
  ] as const)
    it(`reads ${claim}`, () => assert.deepEqual(parseRsm(parseXml(`<r>${content}</r>`)), result))
})

// RFC 6120 §11.1 forbids them, and servers refuse them; still, nothing may come of them.
describe('document types and entities', () => {
  const dtd = (declarations: string, content: string): Element =>
    parseXml(`<!DOCTYPE message [${declarations}]>${event(`<items node="n"><item id="i">${content}</item></items>`)}`)

  it('do not laugh a billion times', () => {
    const [news] = parseEvent(dtd(`<!ENTITY l0 "lol">${laughs}`, '<a>&l9;</a>'))
    assert.ok(news?.type === 'items')
    assert.ok(news.published[0]!.payload!.textContent.length < 10)
  })

  it('do not reach files', () => {
    const [news] = parseEvent(dtd('<!ENTITY x SYSTEM "file:///etc/passwd">', '<a>&x;</a>'))
    assert.ok(news?.type === 'items')
    assert.equal(news.published[0]!.payload!.textContent, '&x;')
  })

  for (const [claim, xml] of [
    ['an unknown entity', event('<items node="&x;"><item id="&y;"><a>&z;</a></item></items>')],
    ['a character that does not exist', event('<purge node="&#0;&#xFFFFFFFF;"/>')],
    ['a broken document', '<message><event'],
    ['nothing', ''],
    ['no XML', 'hello'],
  ] as const)
    it(`do not throw for ${claim}`, () => assert.doesNotThrow(() => parseEvent(parseXml(xml))))
})
