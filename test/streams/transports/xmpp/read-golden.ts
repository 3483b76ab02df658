import { RachisError } from '../../../../src/errors.js'
import { atom } from '../../../../src/streams/transports/xmpp/codecs/atom-codec.js'
import { rawElement } from '../../../../src/streams/transports/xmpp/codecs/element-codec.js'
import { jsonEntry } from '../../../../src/streams/transports/xmpp/codecs/json-codecs.js'
import { parseDiscoInfo, parseDiscoItems } from '../../../../src/streams/transports/xmpp/disco.js'
import { parseEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'
import {
  parseAffiliations,
  parseConfiguration,
  parseItems,
  parseSubscriptions,
} from '../../../../src/streams/transports/xmpp/pubsub-results.js'
import { parseStanzaError } from '../../../../src/streams/transports/xmpp/stanza-error.js'
import { badEvents, event, goldenEvents } from './golden-events.js'
import { goldenRequests } from './golden-requests.js'
import { goldenErrors, goldenResults } from './golden-results.js'
import { parseXml } from './parse-xml.js'
import { plainNews } from './plain-news.js'
import { sent } from './sent.js'

const item = { title: 'a <&> "b"', n: 1.5, done: false, tags: ['x', 'y'], author: { name: 'Ann' }, updated: '2026-01-02T03:04:05Z' }
const element = {
  name: 'a',
  xmlns: 'urn:a',
  attributes: { b: '"', '{urn:b}c': '<' },
  children: ['x', { name: 'd', xmlns: '', attributes: {}, children: [] }],
}

/** All that is written and read of the golden stanzas, as text, on whichever DOM this runs. */
export function readGolden(): Record<string, string> {
  const read: Record<string, string> = {}
  for (const [claim, xml] of [...goldenEvents, ...badEvents]) read[claim] = text(plainNews(parseEvent(parseXml(xml))))
  for (const [claim, build] of goldenRequests) read[claim] = String(build())
  for (const [xml] of goldenErrors) read[xml] = text({ ...parseStanzaError(parseXml(xml)) })
  for (const [name, xml] of Object.entries(goldenResults)) {
    const el = parseXml(xml)
    const { items, unreadable, rsm } = parseItems(el)
    const { features, forms, ...info } = parseDiscoInfo(el)
    const plain = [...items.map(({ id, payload }) => [id, payload && rawElement.decode(payload)]), ...unreadable, rsm]
    const configuration = [...(parseConfiguration(el) ?? [])]
    read[name] = text([
      plain,
      parseSubscriptions(el),
      parseAffiliations(el),
      configuration,
      info,
      [...features],
      forms.length,
      parseDiscoItems(el),
    ])
  }
  read['JSON'] = text(jsonEntry<object>().decode(sent(jsonEntry<object>(), { ...item, odd: '\u0000\u2028\r\n' })))
  read['Atom'] = text(atom<object>().decode(sent(atom<object>(), item)))
  read['raw'] = text(rawElement.decode(sent(rawElement, element)))
  read['depth'] = text(
    plainNews(parseEvent(parseXml(event(`<items node="n"><item id="i">${'<a>'.repeat(150)}${'</a>'.repeat(150)}</item></items>`)))),
  )
  return read
}

/** How many characters an item has that is made of entities of entities; an error of ours, or none, is fine too. */
export function laughAt(declarations: string, content: string): { length: number; isOurs: boolean } {
  const el = parseXml(`<!DOCTYPE message [${declarations}]>${event(`<items node="n"><item id="i"><a>${content}</a></item></items>`)}`)
  try {
    const length = parseEvent(el).reduce(
      (sum, news) => sum + (news.type === 'items' ? (news.published[0]?.payload?.textContent.length ?? 0) : 0),
      0,
    )
    return { length, isOurs: true }
  } catch (error) {
    return { length: 0, isOurs: error instanceof RachisError }
  }
}

function text(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (part === undefined ? null : part))
}
