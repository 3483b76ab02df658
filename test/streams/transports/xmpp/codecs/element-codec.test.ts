import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ProtocolError, ValidationError } from '../../../../../src/errors.js'
import { rawElement, type XmlElement } from '../../../../../src/streams/transports/xmpp/codecs/element-codec.js'
import { parseXml } from '../parse-xml.js'
import { sent, xmlOf } from '../sent.js'

describe('raw elements', () => {
  it('are read with their namespaces, wherever these are declared', () => {
    const xml = '<a:b xmlns:a="urn:a" xmlns="urn:d" c="1" a:c="2" xml:lang="el"><c>x<![CDATA[<y>]]><!-- z --></c><d xmlns=""/></a:b>'
    assert.deepEqual(rawElement.decode(parseXml(xml)), {
      name: 'b',
      xmlns: 'urn:a',
      attributes: { c: '1', '{urn:a}c': '2', '{http://www.w3.org/XML/1998/namespace}lang': 'el' },
      children: [
        { name: 'c', xmlns: 'urn:d', attributes: {}, children: ['x<y>'] },
        { name: 'd', xmlns: '', attributes: {}, children: [] },
      ],
    })
  })

  it('are written with a declaration where the namespace changes', () => {
    const item = {
      name: 'b',
      xmlns: 'urn:a',
      attributes: { '{urn:x}c': '2', '{http://www.w3.org/XML/1998/namespace}lang': 'el' },
      children: [
        { name: 'c', xmlns: 'urn:a', attributes: {}, children: ['<'] },
        { name: 'd', xmlns: '', attributes: {}, children: [] },
      ],
    }
    assert.equal(xmlOf(rawElement.encode(item)), '<b a1:c="2" xml:lang="el" xmlns="urn:a" xmlns:a1="urn:x"><c>&lt;</c><d xmlns=""/></b>')
  })

  it('come back as they were', () => {
    const name = fc.stringMatching(/^[A-Za-z_][\w.-]{0,5}$/).filter((it) => !it.startsWith('xml'))
    const text = fc.string({ minLength: 1 }).filter((it) => !/[\0-\x08\x0b-\x1f]/.test(it))
    const xmlns = fc.constantFrom('urn:a', 'urn:b', 'urn:c"<&>')
    const attribute = fc.oneof(
      name,
      fc.tuple(xmlns, name).map(([ns, local]) => `{${ns}}${local}`),
    )
    const { element } = fc.letrec<{ element: XmlElement; child: XmlElement | string }>((tie) => ({
      child: fc.oneof({ maxDepth: 4 }, text, tie('element')),
      element: fc.record(
        {
          name,
          xmlns,
          attributes: fc.dictionary(
            attribute,
            text.filter((it) => !/[\t\n]/.test(it)),
            { maxKeys: 3, noNullPrototype: true },
          ),
          children: fc.array(tie('child'), { maxLength: 3 }).map(joined),
        },
        { noNullPrototype: true },
      ),
    }))
    fc.assert(
      fc.property(element, (item) => assert.deepEqual(rawElement.decode(sent(rawElement, item)), item)),
      { numRuns: 300 },
    )
  })

  for (const [claim, part] of [
    ['a name that is none', { name: 'a><b' }],
    ['a prefix', { name: 'a:b' }],
    ['an attribute that is none', { attributes: { 'a b': '' } }],
    ['a declaration as an attribute', { attributes: { xmlns: 'urn:x' } }],
    ['an attribute that XML can not carry', { attributes: { a: '\n' } }],
    ['text that XML can not carry', { children: ['\u0000'] }],
  ] as const)
    it(`refuse ${claim}`, () => {
      const item: XmlElement = { name: 'a', xmlns: 'urn:a', attributes: {}, children: [], ...part }
      assert.throws(() => rawElement.encode(item), ValidationError)
    })

  it('refuse a cycle', () => {
    const children: XmlElement[] = []
    children.push({ name: 'a', xmlns: '', attributes: {}, children })
    assert.throws(() => rawElement.encode(children[0]!), ValidationError)
  })

  it('are not read from too many levels', () => {
    assert.throws(() => rawElement.decode(parseXml('<a>'.repeat(10_000) + '</a>'.repeat(10_000))), ProtocolError)
  })

  it('have attributes that can not reach a prototype', () => {
    const { attributes } = rawElement.decode(parseXml('<a __proto__="1" constructor="2"/>'))
    assert.deepEqual(Object.entries(attributes), [
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
    assert.equal(Object.getPrototypeOf(attributes), Object.prototype)
  })
})

/** Texts that follow each other are one. */
function joined(children: readonly (XmlElement | string)[]): (XmlElement | string)[] {
  const result: (XmlElement | string)[] = []
  for (const child of children) {
    const before = result.at(-1)
    if (typeof child === 'string' && typeof before === 'string') result[result.length - 1] = before + child
    else result.push(child)
  }
  return result
}
