import { Status } from '../../../../src/streams/transports/status.js'
import { serialize } from '../../../../src/streams/transports/xmpp/builder.js'
import type { Stanza, XmppSession } from '../../../../src/streams/transports/xmpp/session.js'
import { stanzaRejection } from '../../../../src/streams/transports/xmpp/stanza-error.js'
import { parseXml } from './parse-xml.js'

/** A session whose server says what it is told to. */
export class StubSession implements XmppSession {
  readonly status = new Status({ state: 'online', since: new Date() })
  readonly jid = 'juliet@example.org/balcony'
  readonly domain = 'example.org'
  /** The requests so far. */
  readonly asked: string[] = []

  /** `answer` gives what is inside of the answer to a request; an `<error>` makes it an error. */
  constructor(private readonly answer: (request: string) => string | Error) {}

  async request(iq: Stanza, what: string): Promise<Element> {
    const request = serialize(iq.tree())
    this.asked.push(request)
    await Promise.resolve()
    const answer = this.answer(request)
    if (answer instanceof Error) throw answer
    const isError = answer.startsWith('<error')
    const stanza = parseXml(`<iq xmlns="jabber:client" type="${isError ? 'error' : 'result'}">${answer}</iq>`)
    if (isError) throw stanzaRejection(what, stanza)
    return stanza
  }

  send(): void {
    throw new Error('nothing is sent')
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

/** What is inside of an error, with a condition of RFC 6120. */
export function errorXml(condition: string, type = 'cancel'): string {
  return `<error type="${type}"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`
}

/** The answer to a disco#info. */
export function infoXml(identities: readonly string[], features: readonly string[] = []): string {
  const parts = [
    ...identities.map((each) => `<identity category="${each.split('/')[0]!}" type="${each.split('/')[1]!}"/>`),
    ...features.map((feature) => `<feature var="${feature}"/>`),
  ]
  return `<query xmlns="http://jabber.org/protocol/disco#info">${parts.join('')}</query>`
}
