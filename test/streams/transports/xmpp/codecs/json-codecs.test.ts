import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ArgumentError, ProtocolError } from '../../../../../src/errors.js'
import type { XmppCodec } from '../../../../../src/streams/transports/xmpp/codecs/codec.js'
import { jsonContainer, jsonEntry } from '../../../../../src/streams/transports/xmpp/codecs/json-codecs.js'
import { parseXml } from '../parse-xml.js'
import { sent, xmlOf } from '../sent.js'

const entry = (text: string): Element => parseXml(`<entry xmlns="http://www.w3.org/2005/Atom"><![CDATA[${text}]]></entry>`)

describe('JSON in an entry', () => {
  const codec = jsonEntry<object>()

  it('is written as text, which other clients parse', () => {
    assert.equal(
      xmlOf(codec.encode({ a: '<&>"', n: 1 })),
      '<entry xmlns="http://www.w3.org/2005/Atom">{&quot;a&quot;:&quot;&lt;&amp;&gt;\\&quot;&quot;,&quot;n&quot;:1}</entry>',
    )
  })

  for (const [claim, xml] of [
    ['in any namespace', '<entry xmlns="http://jabber.org/protocol/pubsub#event">{"a":[1,{"b":null}]}</entry>'],
    ['in none', '<entry>{"a":[1,{"b":null}]}</entry>'],
    ['in a container of XEP-0335', '<json xmlns="urn:xmpp:json:0">{"a":[1,{"b":null}]}</json>'],
    ['as CDATA, with white space', '<entry> <![CDATA[{"a":[1,]]><![CDATA[{"b":null}]}]]>\n</entry>'],
    ['with entities', '<entry>{&quot;a&#34;:[1,{"b":null}]}</entry>'],
  ] as const)
    it(`is read ${claim}`, () => assert.deepEqual(codec.decode(parseXml(xml)), { a: [1, { b: null }] }))

  it('is read as it is even where it looks like extended JSON, if that is not wanted', () => {
    const plain = jsonEntry<object>({ extended: false })
    assert.deepEqual(plain.decode(entry('{"at":{"$date":"2026-01-01T00:00:00.000Z"}}')), { at: { $date: '2026-01-01T00:00:00.000Z' } })
    assert.deepEqual(plain.decode(sent(plain, { at: new Date(0) })), { at: '1970-01-01T00:00:00.000Z' })
  })

  it('keeps dates, binary data and numbers that JSON lacks', () => {
    const item = { at: new Date(0), bytes: Uint8Array.of(1, 255), none: NaN, big: 2n ** 70n, odd: { $date: 'no date' } }
    assert.deepEqual(codec.decode(sent(codec, item)), item)
  })

  it('keeps what XML can not carry as it is', () => {
    const item = { text: '\u0000\r\n\t\u001f\ud800\ufffe\uffff\u0085\u2028\u2029]]>', '\u0001': 1 }
    assert.deepEqual(codec.decode(sent(codec, item)), item)
  })

  for (const [name, made] of [
    ['jsonEntry', codec],
    ['jsonContainer', jsonContainer<object>()],
  ] as const)
    it(`decodes what it has encoded (${name})`, () => {
      const unit = { stringUnit: 'binary' } as const
      const items = fc.dictionary(fc.string({ unit: 'binary' }).filter(isAllowed), fc.jsonValue(unit), { noNullPrototype: true })
      fc.assert(
        fc.property(items, (item) => {
          fc.pre(!/__proto__|constructor|prototype/.test(JSON.stringify(item)))
          assert.deepEqual(made.decode(sent(made, item)), JSON.parse(JSON.stringify(item)))
        }),
        { numRuns: 300 },
      )
    })

  for (const [claim, text] of [
    ['nothing', ''],
    ['text that is no JSON', 'hello'],
    ['half of an object', '{"a":1'],
    ['an array', '[{"a":1}]'],
    ['null', 'null'],
    ['a scalar', '1'],
    ['a date', '{"$date":"2026-01-01T00:00:00.000Z"}'],
    ['a date that is none', '{"a":{"$date":"soon"}}'],
    ['the key __proto__', '{"a":{"__proto__":{"polluted":true}}}'],
    ['the key __proto__, escaped', '{"a":{"\\u005f_proto__":{"polluted":true}}}'],
    ['the key constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
    ['too many levels', `{"a":${'['.repeat(101)}${']'.repeat(101)}}`],
    ['a depth bomb', `{"a":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
  ] as const)
    it(`refuses ${claim}`, () => {
      assert.throws(() => codec.decode(entry(text)), ProtocolError)
      assert.equal(({} as { polluted?: true }).polluted, undefined)
    })

  it('reads as many levels as it writes', () => {
    const nested = (levels: number): object => JSON.parse(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`) as object
    assert.deepEqual(codec.decode(sent(codec, nested(99))), nested(99))
    assert.throws(() => codec.encode(nested(101)), ArgumentError)
  })

  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  for (const [claim, item] of [
    ['an array', []],
    ['a function', { f: () => 1 }],
    ['a cycle', cyclic],
    ['an invalid date', { at: new Date(NaN) }],
    ['a key that could reach a prototype', JSON.parse('{"__proto__":1}') as object],
  ] as const)
    it(`does not write ${claim}`, () => assert.throws(() => codec.encode(item), ArgumentError))
})

describe('JSON in a container', () => {
  it('is that of XEP-0335', () => {
    const codec: XmppCodec<{ a: number }> = jsonContainer()
    assert.equal(xmlOf(codec.encode({ a: 1 })), '<json xmlns="urn:xmpp:json:0">{&quot;a&quot;:1}</json>')
  })
})

function isAllowed(key: string): boolean {
  return !['__proto__', 'constructor', 'prototype'].includes(key)
}
