import type { RachisError } from '../../../errors.js'
import type { BackoffOptions } from '../backoff.js'
import type { Status } from '../status.js'
import type { StropheConnection } from './strophe-connection.js'

/** What makes a stanza: a `Builder` of strophe.js, of any copy of it. */
export interface Stanza {
  tree(): Element
}

/** How a session is had: made, with `service` and `jid`, or adopted, with `connection`. */
export interface XmppSessionOptions {
  /** `ws:`, `wss:` (RFC 7395), `http:` or `https:` (BOSH). */
  readonly service?: string
  /** Bare or full; a domain alone signs in anonymously. Without a resource a random one is taken, the same for each connection. */
  readonly jid?: string
  /** Or SCRAM keys as strophe gives them out; a function is asked for each connection. */
  readonly password?: XmppPassword | (() => XmppPassword | Promise<XmppPassword>)
  /** A `Strophe.Connection` of somebody else, connected already or later: it is followed, never closed. */
  readonly connection?: StropheConnection
  /** With `connection`: connect it again when it is lost, with the password that it has. Default `false`. */
  readonly reconnect?: boolean
  /** Waits between connections. */
  readonly backoff?: BackoffOptions
  /** Milliseconds in which a connection is made, or a request answered. Default 10,000. */
  readonly timeout?: number
  /** Milliseconds in which a dead connection is noticed: half of it without a sign of life, then a ping (XEP-0199) that nobody answers. Default 30,000. */
  readonly keepalive?: number
  /** Resume a stream that was cut (XEP-0198; WebSocket only). Default `true`. */
  readonly streamManagement?: boolean
  /** Announce presence of this priority at each fresh stream. Default: none. */
  readonly presence?: number
}

/** A password, or the keys that SCRAM derives from one. */
export type XmppPassword = string | Readonly<Record<string, unknown>>

/** A stream to a server that is made anew when it is lost, or resumed. */
export interface XmppSession {
  readonly status: Status
  /** Full, once it was online; the one that was asked for, before. */
  readonly jid: string
  readonly domain: string
  /**
   * The answer to an IQ, of whom was asked and of nobody else. Rejects with what `stanzaRejection` makes of an error, with `ConnectionError` when
   * the stream is lost for good or the time is over (`outcomeUnknown` if it was sent), and at once while offline.
   */
  request(iq: Stanza, what: string, options?: { readonly timeout?: number }): Promise<Element>
  /** While offline it is dropped: what is late may be wrong. */
  send(stanza: Stanza): void
  /** Says goodbye and releases everything; resolves within two seconds. A connection that was adopted is left as it is. */
  close(): Promise<void>
}

export interface XmppSessionListener {
  /** In the same tick as strophe's CONNECTED. `resumed`: the stream goes on where it was, and nothing was missed. */
  online(resumed: boolean): void
  offline(): void
  /** The server wants nothing of us: there will be no further attempt. */
  denied(error: RachisError): void
  message(stanza: Element): void
  /** The answer to a request of others, if there is one: all that it doesn't answer strophe refuses. */
  asked?(iq: Element): Stanza | undefined
}

export declare function openSession(options: XmppSessionOptions, listener: XmppSessionListener): XmppSession
