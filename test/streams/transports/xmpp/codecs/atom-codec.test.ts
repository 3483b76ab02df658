import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ProtocolError, ValidationError } from '../../../../../src/errors.js'
import { atom } from '../../../../../src/streams/transports/xmpp/codecs/atom-codec.js'
import { parseXml } from '../parse-xml.js'
import { sent, xmlOf } from '../sent.js'

const codec = atom<object>()
const updated = '2026-01-02T03:04:05Z'

describe('Atom entries', () => {
  it('have an element for each key, in its order, dates in whole seconds', () => {
    const item = {
      title: 'a < b',
      count: 1.5,
      done: false,
      at: new Date('2026-01-02T03:04:05.678Z'),
      author: { name: 'Ann', address: { city: 'Athens' } },
    }
    assert.equal(
      xmlOf(codec.encode({ ...item, updated })),
      '<entry xmlns="http://www.w3.org/2005/Atom"><title>a &lt; b</title><count>1.5</count><done>false</done><at>2026-01-02T03:04:05Z</at>' +
        `<author><name>Ann</name><address><city>Athens</city></address></author><updated>${updated}</updated></entry>`,
    )
  })

  it('are given the time of their writing as updated', () => {
    const before = Math.floor(Date.now() / 1000) * 1000
    const { updated } = codec.decode(sent(codec, { a: 1 })) as { updated: string }
    assert.match(updated, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    assert.ok(Date.parse(updated) >= before)
  })

  it('repeat an element for each value of an array', () => {
    assert.match(xmlOf(codec.encode({ tag: ['a', 'b'], updated })), /<tag>a<\/tag><tag>b<\/tag>/)
    assert.deepEqual(codec.decode(sent(codec, { tag: ['a', 'b', { c: 1 }], updated })), { tag: ['a', 'b', { c: 1 }], updated })
  })

  for (const [text, value] of [
    ['1', 1],
    ['-1.50', -1.5],
    ['1e3', 1000],
    ['0', 0],
    ['9007199254740991', 9007199254740991],
    ['1e+21', 1e21],
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['007', '007'],
    ['+30', '+30'],
    ['.5', '.5'],
    ['0x1f', '0x1f'],
    [' 1', ' 1'],
    ['Infinity', 'Infinity'],
    ['1e999', '1e999'],
    ['', ''],
    ['true', true],
    ['false', false],
    ['True', 'True'],
    [updated, updated],
  ] as const)
    it(`are read with ${JSON.stringify(text)} as ${JSON.stringify(value)}`, () => {
      assert.deepEqual(codec.decode(parseXml(`<entry xmlns="http://www.w3.org/2005/Atom"><a>${text}</a></entry>`)), { a: value })
    })

  it('are read as others write them: prefixes, attributes, white space, comments', () => {
    const xml = `<a:entry xmlns:a="http://www.w3.org/2005/Atom">
      <a:title type="text">News</a:title> <!-- no --> <a:link href="http://example"/>
      <a:author><a:name>Ann</a:name></a:author></a:entry>`
    assert.deepEqual(codec.decode(parseXml(xml)), { title: 'News', link: '', author: { name: 'Ann' } })
  })

  it('come back as they were, as far as XML tells types', () => {
    const key = fc.stringMatching(/^[A-Za-z_][\w.-]{0,8}$/).filter((text) => !/^(__proto__|constructor|prototype)$/.test(text))
    const text = fc
      .string()
      .filter((it) => !/[\0-\x08\x0b-\x1f]/.test(it) && !/^(true|false)$|^-?(0|[1-9]\d*)(\.\d+)?(e[+-]?\d+)?$/i.test(it))
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((it) => !Object.is(it, -0))
    const scalar = fc.oneof(text, fc.integer(), number, fc.boolean())
    const several = fc.array(scalar, { minLength: 2, maxLength: 4 })
    const inner = fc.dictionary(key, fc.oneof(scalar, several), { minKeys: 1, maxKeys: 3, noNullPrototype: true })
    const items = fc.dictionary(key, fc.oneof(scalar, several, inner), { noNullPrototype: true }).map((item) => ({ ...item, updated }))
    fc.assert(
      fc.property(items, (item) => assert.deepEqual(codec.decode(sent(codec, item)), item)),
      { numRuns: 300 },
    )
  })

  it('leave out what is null or undefined', () => {
    assert.deepEqual(codec.decode(sent(codec, { a: null, b: undefined, c: [], d: {}, updated })), { d: '', updated })
  })

  for (const [claim, key, item] of [
    ['a key that is no XML name', 'a b', { 'a b': 1 }],
    ['a key that would end the element', 'a><b', { 'a><b': 1 }],
    ['a key with a prefix', 'a:b', { 'a:b': 1 }],
    ['an empty key', '', { '': 1 }],
    ['a key that could reach a prototype', '__proto__', JSON.parse('{"__proto__":1}') as object],
    ['an array in an array', 'a', { a: [[1]] }],
    ['text that XML can not carry', 'a', { a: { a: '\u0000' } }],
    ['a carriage return, which would arrive as a line feed', 'a', { a: '\r' }],
    ['an invalid date', 'a', { a: new Date(NaN) }],
    ['a function', 'a', { a: () => 1 }],
  ] as const)
    it(`refuse ${claim}, and name the field`, () => {
      assert.throws(
        () => codec.encode(item),
        (error) => error instanceof ValidationError && key in error.fields,
      )
    })

  it('refuse a cycle', () => {
    const item: Record<string, unknown> = {}
    item['a'] = item
    assert.throws(() => codec.encode(item), ValidationError)
  })

  for (const [claim, xml] of [
    ['another element', '<json xmlns="urn:xmpp:json:0">{}</json>'],
    [
      'an element that could reach a prototype',
      '<entry xmlns="http://www.w3.org/2005/Atom"><a><__proto__><b>1</b></__proto__></a></entry>',
    ],
    ['too many levels', `<entry xmlns="http://www.w3.org/2005/Atom">${'<a>'.repeat(200)}${'</a>'.repeat(200)}</entry>`],
  ] as const)
    it(`are not read from ${claim}`, () => assert.throws(() => codec.decode(parseXml(xml)), ProtocolError))
})
