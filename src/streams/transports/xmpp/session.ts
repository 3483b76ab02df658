import { ConnectionError, DeniedError, describeCause, RachisError } from '../../../errors.js'
import type { TransportStatus } from '../../node.js'
import type { BackoffOptions } from '../backoff.js'
import { Reconnect } from '../reconnect.js'
import type { Status } from '../status.js'
import { build } from './builder.js'
import { attributeOf, childOf } from './dom.js'
import { bareJid, domainOf } from './jid.js'
import { Link, type LinkListener } from './link.js'
import { ns } from './namespaces.js'
import { type ConnectionMaker, connectionMaker } from './own-connection.js'
import { Requests } from './requests.js'
import type { StropheConnection } from './strophe-connection.js'

/** What makes a stanza: a `Builder` of strophe.js, of any copy of it. */
export interface Stanza {
  tree(): Element
}

/** How a session is had: made, with `service` and `jid`, or adopted, with `connection`. */
export interface XmppSessionOptions {
  /** `ws:`, `wss:` (RFC 7395), `http:` or `https:` (BOSH). */
  readonly service?: string
  /**
   * Bare or full; a domain alone signs in anonymously. Without a resource a random one is taken, the same for each connection; so it is once another client has taken
   * the one that was given (RFC 6120 §4.9.3.3).
   */
  readonly jid?: string
  /** Or SCRAM keys as strophe gives them out; a function is asked for each connection. */
  readonly password?: XmppPassword | (() => XmppPassword | Promise<XmppPassword>)
  /** A `Strophe.Connection` of somebody else, connected already or later: it is followed, never closed. */
  readonly connection?: StropheConnection
  /** With `connection`: connect it again when it is lost, with the password that it has. Default `false`. */
  readonly reconnect?: boolean
  /** Waits between connections. */
  readonly backoff?: BackoffOptions
  /** Milliseconds in which a connection is made, or a request answered; what waits for an adopted one that its owner doesn't connect is rejected then. Default 10,000. */
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

/** Opens a session at once; throws `ArgumentError` for options that it can't use. */
export function openSession(options: XmppSessionOptions, listener: XmppSessionListener): XmppSession {
  return new Session(options, listener)
}

class Session implements XmppSession, LinkListener {
  jid: string
  private readonly requests = new Requests()
  private readonly life: Reconnect
  private readonly maker: ConnectionMaker | undefined
  private readonly timeout: number
  private link: Link | undefined
  private isOnline = false
  /** Another has the resource that the adopted connection had. */
  private isTaken = false
  /** Counts attempts, to tell what belongs to an older one. */
  private attempts = 0
  private deadline: ReturnType<typeof setTimeout> | undefined
  private closing: Promise<void> | undefined

  constructor(
    private readonly options: XmppSessionOptions,
    private readonly listener: XmppSessionListener,
  ) {
    const { connection, reconnect = !connection, timeout = 10_000 } = options
    this.timeout = timeout
    const begin = (): void => {
      void this.attempt()
    }
    this.life = new Reconnect(reconnect ? begin : undefined, options.backoff)
    if (!connection) {
      this.maker = connectionMaker(options)
      this.jid = this.maker.jid
      this.life.connect()
    } else {
      this.jid = connection.jid
      const link = this.follow(connection)
      // Perhaps nobody connects it: who waits for that hears so.
      if (!reconnect)
        this.deadline = setTimeout(() => {
          this.lost(new ConnectionError('nobody has connected'))
        }, timeout)
      // Not at once: who opens the session doesn't have it yet.
      queueMicrotask(() => {
        link.adopt()
      })
    }
  }

  get status(): Status {
    return this.life.status
  }

  get domain(): string {
    return domainOf(this.jid)
  }

  request(iq: Stanza, what: string, { timeout = this.timeout }: { readonly timeout?: number } = {}): Promise<Element> {
    const { link } = this
    if (!link?.isUp) return Promise.reject(new ConnectionError(`${what}: there is no connection`))
    return this.requests.ask(iq.tree(), what, timeout, (stanza) => {
      link.send(stanza)
    })
  }

  send(stanza: Stanza): void {
    this.link?.trySend(stanza.tree())
  }

  close(): Promise<void> {
    return (this.closing ??= this.end({ state: 'closed' }))
  }

  connecting(): void {
    this.life.connecting()
  }

  connected(resumed: boolean): void {
    clearTimeout(this.deadline)
    const { presence, connection } = this.options
    this.jid = (this.link?.connection ?? connection)!.jid
    if (!resumed) {
      this.requests.lose()
      if (presence !== undefined) this.send(build('presence', {}).c('priority').t(String(presence)))
    }
    this.isOnline = true
    this.isTaken = false
    this.listener.online(resumed)
    if (this.link?.isUp) this.life.online()
  }

  lost(error: RachisError): void {
    const { isOnline, link } = this
    if (!isOnline && this.status.value.state !== 'connecting') return
    this.isOnline = false
    this.attempts++
    clearTimeout(this.deadline)
    if (isOnline && !link?.resumable) this.requests.lose()
    if (this.maker) {
      this.link = undefined
      link?.cut()
    }
    if (isOnline) this.listener.offline()
    if (error instanceof DeniedError && this.maker) {
      this.listener.denied(error)
      void this.end({ state: 'denied', error })
    } else this.life.lost(error)
  }

  taken(): void {
    this.maker?.giveWay()
    this.isTaken = true
  }

  stanza(stanza: Element): void {
    if (stanza.nodeName === 'message') this.listener.message(stanza)
    else if (stanza.nodeName === 'iq') this.requests.answer(stanza, this.jid)
  }

  asked(iq: Element): Element | undefined {
    const answer = (childOf(iq, 'ping', ns.ping) ? build('iq', { type: 'result' }) : this.listener.asked?.(iq))?.tree()
    for (const [name, value] of [
      ['id', attributeOf(iq, 'id')],
      ['to', attributeOf(iq, 'from')],
    ] as const)
      if (value !== undefined) answer?.setAttribute(name, value)
    return answer
  }

  stale(stanza: string): boolean {
    return this.maker !== undefined || this.requests.owns(stanza)
  }

  private follow(connection: StropheConnection): Link {
    return (this.link = new Link(connection, this.options.keepalive ?? 30_000, this))
  }

  private async attempt(): Promise<void> {
    const attempt = ++this.attempts
    this.deadline = setTimeout(() => {
      const { link } = this
      // A server may leave a resumption without an answer each time (ejabberd, whose old stream is stuck).
      this.maker?.forget()
      this.lost(new ConnectionError(`there was no connection within ${this.timeout} ms`))
      link?.drop()
    }, this.timeout)
    try {
      const password = await this.password()
      if (attempt !== this.attempts) return
      if (!this.maker) reconnect(this.options.connection!, this.isTaken)
      else {
        const connection = this.maker.make()
        this.follow(connection)
        connection.connect(this.maker.jid, password as never)
      }
    } catch (error) {
      if (attempt === this.attempts) this.lost(error instanceof RachisError ? error : new ConnectionError(describeCause(error)))
    }
  }

  private async password(): Promise<XmppPassword> {
    const { password = '' } = this.options
    try {
      return typeof password === 'function' ? await password() : password
    } catch (cause) {
      throw cause instanceof DeniedError ? cause : new ConnectionError(`there is no password: ${describeCause(cause)}`)
    }
  }

  private async end(status: TransportStatus): Promise<void> {
    const { link, maker } = this
    const isUp = link?.isUp
    this.link = undefined
    this.attempts++
    this.isOnline = false
    clearTimeout(this.deadline)
    this.requests.lose('the session was closed')
    this.life.end(status)
    if (!maker) link?.release()
    else if (isUp) await link.leave()
    else link?.cut()
  }
}

function reconnect(connection: StropheConnection, isTaken: boolean): void {
  const { jid } = connection
  // Its queue would go out by the new connection.
  connection.reset()
  connection.connect(isTaken ? bareJid(jid) : jid, connection.pass as never, connection.connect_callback ?? undefined)
}
