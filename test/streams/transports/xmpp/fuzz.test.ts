import assert from 'node:assert/strict'
import { RachisError } from '../../../../src/errors.js'
import { atom } from '../../../../src/streams/transports/xmpp/codecs/atom-codec.js'
import { rawElement } from '../../../../src/streams/transports/xmpp/codecs/element-codec.js'
import { jsonEntry } from '../../../../src/streams/transports/xmpp/codecs/json-codecs.js'
import type { Form } from '../../../../src/streams/transports/xmpp/data-form.js'
import { parseDiscoInfo, parseDiscoItems } from '../../../../src/streams/transports/xmpp/disco.js'
import { excessOf, rawTextOf } from '../../../../src/streams/transports/xmpp/dom.js'
import { parseEvent, type PubsubEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'
import {
  parseAffiliations,
  parseConfiguration,
  parseCreated,
  parseItems,
  parsePublished,
  parseSubscription,
  parseSubscriptions,
  type RawItem,
  type Unreadable,
} from '../../../../src/streams/transports/xmpp/pubsub-results.js'
import { stanzaRejection } from '../../../../src/streams/transports/xmpp/stanza-error.js'
import { seed } from '../../../seed.js'
import { Mutator } from './mutator.js'

const runs = 50_000
const states = ['none', 'pending', 'subscribed', 'unconfigured']
const affiliations = ['member', 'none', 'outcast', 'owner', 'publisher', 'publish-only']
const codecs = [jsonEntry<object>(), jsonEntry<object>({ extended: false }), atom<object>(), rawElement]

describe('mutated stanzas', () => {
  for (const [claim, make] of [
    ['as text', (mutator: Mutator) => mutator.fromText()],
    ['as trees', (mutator: Mutator) => mutator.fromTree()],
  ] as const)
    it(`${claim}: nothing throws, and what is read is what its type says (50,000)`, function () {
      this.timeout(120_000)
      const mutator = new Mutator(seed)
      const seen = { events: 0, items: 0, decoded: 0 }
      for (let run = 0; run < runs; run++) {
        const stanza = make(mutator)
        try {
          check(stanza, seen)
          // All of it as a payload, now and then: errors are slow.
          if (run % 16 === 0) decodable(stanza)
        } catch (cause) {
          throw new Error(`seed ${String(seed)}, run ${String(run)}: ${rawTextOf(stanza)}`, { cause })
        }
      }
      // Else the mutations break so much that nothing is tested.
      for (const [what, count] of Object.entries(seen)) assert.ok(count > runs / 20, `${what}: ${String(count)}`)
    })
})

function check(stanza: Element, seen: { events: number; items: number; decoded: number }): void {
  const events = parseEvent(stanza)
  const { items, unreadable, rsm } = parseItems(stanza)
  for (const event of events) checkEvent(event)
  const raw = [...items, ...events.flatMap((event) => (event.type === 'items' ? event.published : []))]
  raw.forEach(checkItem)
  unreadable.forEach(checkUnreadable)
  for (const value of Object.values(rsm ?? {})) assert.ok(Number.isSafeInteger(value) || isText(value))
  for (const id of [parsePublished(stanza), parseCreated(stanza)]) assert.ok(id === undefined || isText(id))
  for (const subscription of [parseSubscription(stanza), ...parseSubscriptions(stanza)]) {
    if (subscription !== undefined) assert.ok(isText(subscription.jid) && states.includes(subscription.state))
  }
  for (const { affiliation } of parseAffiliations(stanza)) assert.ok(affiliations.includes(affiliation))
  checkForm(parseConfiguration(stanza))
  const { identities, features, forms } = parseDiscoInfo(stanza)
  for (const { category, type } of identities) assert.ok(isText(category) && isText(type))
  for (const feature of features) assert.ok(isText(feature))
  forms.forEach(checkForm)
  for (const { jid } of parseDiscoItems(stanza).items) assert.ok(isText(jid))
  const rejection = stanzaRejection('it', stanza)
  assert.ok(rejection instanceof RachisError && isText(rejection.code))
  for (const { payload } of raw) if (payload !== undefined) seen.decoded += decodable(payload)
  seen.events += events.length
  seen.items += raw.length
}

function checkEvent(event: PubsubEvent): void {
  assert.ok(event.service === undefined || isText(event.service))
  assert.ok(event.delay === undefined || !Number.isNaN(event.delay.getTime()))
  for (const id of [...event.subids, ...event.collections]) assert.ok(isText(id))
  if (event.type !== 'unreadable' && event.type !== 'subscription') assert.ok(isText(event.node))
  switch (event.type) {
    case 'items':
      assert.ok(event.published.length === 0 ? event.retracted.length > 0 : event.retracted.length === 0)
      for (const id of event.retracted) assert.ok(isText(id))
      return
    case 'configuration':
      return checkForm(event.form)
    case 'subscription':
      assert.ok(isText(event.jid) && states.includes(event.state))
      return
    case 'affiliation':
      assert.ok(affiliations.includes(event.affiliation))
      return
    case 'authorization':
      assert.ok(isText(event.jid))
      return
    case 'collection':
      for (const node of [...event.associated, ...event.disassociated]) assert.ok(isText(node))
      return
    case 'unreadable':
      return checkUnreadable(event)
    default:
      assert.ok(['purge', 'delete'].includes(event.type))
  }
}

function checkItem({ id, payload, publisher }: RawItem): void {
  assert.ok(isText(id) && (publisher === undefined || isText(publisher)))
  assert.ok(payload === undefined || (payload.nodeType === 1 && excessOf(payload) === undefined))
}

function checkUnreadable({ id, reason, raw }: Unreadable): void {
  assert.ok((id === undefined || isText(id)) && isText(reason) && isText(raw))
}

function checkForm(form: Form | undefined): void {
  for (const [name, values] of form ?? []) assert.ok(isText(name) && values.every((value) => typeof value === 'string'))
}

/** By how many codecs; the others throw errors of ours. */
function decodable(payload: Element): number {
  let count = 0
  for (const codec of codecs) {
    try {
      const item: object = codec.decode(payload)
      assert.equal(Object.getPrototypeOf(item), Object.prototype)
      count++
    } catch (error) {
      if (!(error instanceof RachisError)) throw error
    }
  }
  return count
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
