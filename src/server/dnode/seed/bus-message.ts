import { ProtocolError } from '../../../errors.js'
import { isRecord } from '../../../streams/transports/dnode/json-shape.js'
import { decodeItem, encodeItem } from '../../../streams/transports/dnode/item-codec.js'
import type { Item } from '../../hub/channel-store.js'
import type { PlainObject } from './plain-json.js'
import { eventNamed, type SeedEvent } from './seed-event.js'

/** What processes say to each other over Redis; each says who it is. */
export type BusMessage =
  /** To all: I live; whether I hear what is said; and the `seq` of the newest event that has left me, or never will. */
  | { readonly from: string; readonly type: 'beat'; readonly hears: boolean; readonly pushed: number }
  /** To all: I go. */
  | { readonly from: string; readonly type: 'bye' }
  /** To `whom`, `*` for all: say again how many clients you have, on all your channels. */
  | { readonly from: string; readonly type: 'recount'; readonly whom: string }
  /** To all: `begin`: all my counts follow; `end`: where none came I have no clients. */
  | { readonly from: string; readonly type: 'counts'; readonly part: 'begin' | 'end' }
  /** On a channel: I have so many clients here; with `ask`: and you? */
  | { readonly from: string; readonly type: 'count'; readonly count: number; readonly ask?: boolean }
  /** On a channel: an event. `seq` rises with every event of the sender. */
  | { readonly from: string; readonly type: 'event'; readonly seq: number; readonly event: SeedEvent }

export function encodeMessage(message: BusMessage): string {
  if (message.type !== 'event') return JSON.stringify(message)
  const { stored, ...event } = message.event
  if (stored === undefined) return JSON.stringify(message)
  const { type, item, previous } = stored
  const encoded = { type, item: encodeItem(item), ...(previous !== undefined && { previous: encodeItem(previous) }) }
  return JSON.stringify({ ...message, event: { ...event, stored: encoded } })
}

const mostCounted = 2 ** 48
/** Characters of what a process calls itself. */
const longestName = 64

/** Throws `ProtocolError` for what no process of ours has sent. */
export function decodeMessage(text: string): BusMessage {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new ProtocolError('a message of Redis is not JSON', { cause })
  }
  const from = isRecord(value) ? value['from'] : undefined
  if (!isRecord(value) || typeof from !== 'string' || from === '' || from.length > longestName)
    throw new ProtocolError('a message of Redis is not from one of our processes')
  const { type, seq, event, count, whom, hears, pushed, part } = value
  const isOurs =
    (type === 'beat' && typeof hears === 'boolean' && isCount(pushed)) ||
    type === 'bye' ||
    (type === 'counts' && (part === 'begin' || part === 'end')) ||
    (type === 'recount' && typeof whom === 'string') ||
    (type === 'count' && isCount(count)) ||
    (type === 'event' && isCount(seq) && isRecord(event))
  if (!isOurs) throw new ProtocolError('a message of Redis is none that this version knows')
  if (type === 'event') return { from, type, seq: seq as number, event: decodeEvent(event as PlainObject) }
  return value as unknown as BusMessage
}

function decodeEvent({ name, url, model, opt, stored }: PlainObject): SeedEvent {
  const known = eventNamed(name)
  if (known === undefined || typeof url !== 'string' || !isRecord(model) || !isRecord(opt))
    throw new ProtocolError('an event of Redis is none that this version knows')
  if (stored === undefined) return { name: known, url, model, opt }
  const { type, item, previous } = isRecord(stored) ? stored : {}
  if (typeof type !== 'string' || !isRecord(item) || !(previous === undefined || isRecord(previous)))
    throw new ProtocolError('an event of Redis does not say what is stored')
  const before = previous === undefined ? undefined : (decodeItem(previous) as Item)
  return { name: known, url, model, opt, stored: { type, item: decodeItem(item) as Item, previous: before } }
}

/** Clients of one channel, or events: in JSON a number may be anything up to infinity. */
function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostCounted
}
