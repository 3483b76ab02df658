import { childrenOf } from '../../../../src/streams/transports/xmpp/dom.js'
import { badEvents, goldenEvents } from './golden-events.js'
import { goldenRequests } from './golden-requests.js'
import { goldenErrors, goldenResults } from './golden-results.js'
import { parseXml } from './parse-xml.js'

const texts: readonly string[] = [
  ...[...goldenEvents, ...badEvents].map(([, xml]) => xml),
  ...goldenRequests.map(([, , xml]) => xml),
  ...goldenErrors.map(([xml]) => xml),
  ...Object.values(goldenResults),
]

/** What hostile, careless or merely other software writes. */
const fragments: readonly string[] = [
  ...[
    '<',
    '>',
    '/>',
    '</',
    '"',
    "'",
    '=',
    '&',
    ';',
    '&amp;',
    '&x;',
    '&#0;',
    '&#x10FFFF;',
    '&#55296;',
    '<![CDATA[',
    ']]>',
    '<!--',
    '-->',
    '<?x?>',
  ],
  ...[
    '<!DOCTYPE x [<!ENTITY x "y">]>',
    '\u0000',
    '\ud800',
    '\ufffe',
    ' ',
    '\n',
    '{',
    '}',
    '[',
    ']',
    '"__proto__":',
    '{"$date":"x"}',
    '\\u0000',
    '1e999',
  ],
  ...[
    ' id=""',
    ' id="i1"',
    ' node=""',
    ' xmlns=""',
    ' xmlns="urn:x"',
    ' xmlns:a="urn:a"',
    'a:',
    ' type="error"',
    '#event',
    '#owner',
    ' subscription="none"',
  ],
  ...[
    '<item/>',
    '<item id="i2"><a/></item>',
    '<retract/>',
    '<retract id="i1i2"/>',
    '<purge node="n"/>',
    '<x xmlns="jabber:x:data"/>',
    '<a>'.repeat(120),
  ],
]
/** Elements that can stand anywhere. */
const whole: readonly string[] = texts.flatMap(
  (text) => /<(item|retract|items|event|pubsub|x|error|subscription) [^]*<\/\1>|<(retract|item|purge) [^>]*\/>/.exec(text)?.[0] ?? [],
)
const names = [
  'message',
  'iq',
  'event',
  'items',
  'item',
  'retract',
  'purge',
  'delete',
  'pubsub',
  'subscription',
  'affiliations',
  'x',
  'field',
  'error',
  'set',
  'entry',
  '__proto__',
]
const attributes = ['id', 'node', 'jid', 'type', 'from', 'subscription', 'affiliation', 'var', 'stamp', 'name', 'index', 'constructor']
const values = [
  '',
  'n',
  '__proto__',
  'error',
  'none',
  'subscribed',
  '\u0000',
  'x'.repeat(5000),
  '2026-01-01T00:00:00Z',
  '-1',
  'a\nb',
  '9'.repeat(30),
  'wait',
]

/** Stanzas made of the golden ones by chance; the same for the same seed. */
export class Mutator {
  private readonly trees = texts.map(parseXml)

  constructor(private state: number) {}

  /** As a server would send it: text, parsed. */
  fromText(): Element {
    let text = this.of(texts)
    for (let changes = this.below(3); changes >= 0; changes--) {
      const at = this.below(text.length)
      const end = at + this.below(this.below(8) === 0 ? 80 : 3)
      // Half of the insertions stand between elements, so that more than syntax is tested.
      const between = this.below(2) === 0 ? text.indexOf('><', at) + 1 : 0
      const insert = this.of([(): string => '', () => this.of(fragments), () => this.of(whole)])()
      text = between > 0 ? text.slice(0, between) + insert + text.slice(between) : text.slice(0, at) + insert + text.slice(end)
    }
    return parseXml(text)
  }

  /** Always well formed: a tree whose parts were exchanged. */
  fromTree(): Element {
    const root = this.of(this.trees).cloneNode(true) as Element
    for (let changes = this.below(4); changes >= 0; changes--) this.change(root)
    return root
  }

  private change(root: Element): void {
    const el = this.of(elementsOf(root))
    const parent = el.parentElement ?? root
    switch (this.below(8)) {
      case 0:
        if (el !== root) parent.removeChild(el)
        return
      case 1:
        if (el !== root) parent.insertBefore(el.cloneNode(true), el)
        return
      case 2:
        return void el.appendChild(root.ownerDocument.importNode(this.of(elementsOf(this.of(this.trees))), true))
      case 3:
        return void el.appendChild(root.ownerDocument.createTextNode(this.of(fragments)))
      case 4:
        return el.removeAttribute(this.of(attributes))
      case 5: {
        const other = root.ownerDocument.createElementNS(this.of([el.namespaceURI, parent.namespaceURI, null, 'urn:x']), this.of(names))
        while (el.firstChild) other.appendChild(el.firstChild)
        for (const { name, value } of Array.from(el.attributes)) if (!name.includes(':')) other.setAttribute(name, value)
        if (el !== root) parent.replaceChild(other, el)
        return
      }
      default:
        return el.setAttribute(this.of(attributes), this.of(values))
    }
  }

  private of<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!
  }

  /** Mulberry32. */
  private below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let bits = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * limit)
  }
}

function elementsOf(root: Element): Element[] {
  return [root, ...childrenOf(root).flatMap(elementsOf)]
}
