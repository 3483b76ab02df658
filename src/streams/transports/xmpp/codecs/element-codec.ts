import { build, type Builder } from '../builder.js'
import { ProtocolError, ValidationError } from '../../../../errors.js'
import { excessOf, maxDepth } from '../dom.js'
import { isXmlName, xmlAttribute, xmlText } from '../xml-text.js'
import type { XmppCodec } from './codec.js'

/** An XML element as plain data, so that items can be compared, filtered and kept. */
export interface XmlElement {
  /** Without a prefix. */
  readonly name: string
  /** `''` for none. */
  readonly xmlns: string
  /** By name; those in a namespace as `{namespace}name`. Declarations of namespaces are left out. */
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly (XmlElement | string)[]
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'
const declarations = 'http://www.w3.org/2000/xmlns/'

/**
 * Items that are the payload itself, whatever it is, as an `XmlElement`; comments and processing instructions are left out, prefixes chosen anew.
 * `encode` throws `ValidationError` for what XML can't carry, `decode` `ProtocolError` for what is nested deeper than 100 levels. O(size).
 */
export const rawElement: XmppCodec<XmlElement> = {
  encode: (item) => write(item, ''),
  decode(payload) {
    const excess = excessOf(payload, { text: Infinity })
    if (excess !== undefined) throw new ProtocolError(`the payload ${excess}`)
    return read(payload)
  },
}

function read(el: Element): XmlElement {
  // Without a prototype: attributes may have any name.
  const attributes = Object.create(null) as Record<string, string>
  for (const { namespaceURI, localName, value } of Array.from(el.attributes)) {
    if (namespaceURI !== declarations && localName !== 'xmlns')
      attributes[namespaceURI ? `{${namespaceURI}}${localName}` : localName] = value
  }
  const children: (XmlElement | string)[] = []
  for (let node = el.firstChild; node; node = node.nextSibling) {
    if (node.nodeType === 1) children.push(read(node as Element))
    else if (node.nodeType === 3 || node.nodeType === 4) {
      const before = children.at(-1)
      if (typeof before === 'string') children[children.length - 1] = before + (node.nodeValue ?? '')
      else children.push(node.nodeValue ?? '')
    }
  }
  return { name: el.localName, xmlns: el.namespaceURI ?? '', attributes: { ...attributes }, children }
}

function write({ name, xmlns, attributes, children }: XmlElement, around: string, depth = 1): Builder {
  if (!isXmlName(name) || depth > maxDepth) throw new ValidationError(`<${name}> is no XML name, or is nested too deep`, { name })
  const builder = build(name, xmlns === around ? {} : { xmlns: xmlAttribute('xmlns', xmlns) })
  for (const [key, value] of Object.entries(attributes)) {
    const [, namespace, local] = /^(?:\{(.*)\})?(.*)$/.exec(key)!
    const prefix = namespace === undefined ? '' : namespace === xmlNamespace ? 'xml:' : `a${String(builder.tree().attributes.length)}:`
    if (!isXmlName(local!) || local === 'xmlns') throw new ValidationError(`${key} is no name of an attribute`, { [key]: 'is no XML name' })
    if (prefix.startsWith('a')) builder.attrs({ [`xmlns:${prefix.slice(0, -1)}`]: xmlAttribute(key, namespace!) })
    builder.attrs({ [prefix + local!]: xmlAttribute(key, value) })
  }
  for (const child of children) {
    if (typeof child === 'string') builder.t(xmlText(name, child))
    else builder.cnode(write(child, xmlns, depth + 1).tree()).up()
  }
  return builder
}
