import { once } from 'node:events'
import { EventEmitter } from 'node:events'
import { filter, firstValueFrom } from 'rxjs'
import type { RachisError } from '../../../../src/errors.js'
import type { TransportStatus } from '../../../../src/streams/node.js'
import { build } from '../../../../src/streams/transports/xmpp/builder.js'
import {
  openSession,
  type Stanza,
  type XmppSession,
  type XmppSessionListener,
  type XmppSessionOptions,
} from '../../../../src/streams/transports/xmpp/session.js'

/** A session and all that it told, in order. */
export class SessionProbe implements XmppSessionListener {
  readonly session: XmppSession
  readonly told: string[] = []
  readonly messages: Element[] = []
  error: RachisError | undefined
  /** Called at the end of each `online`. */
  onOnline: () => void = () => undefined
  private readonly events = new EventEmitter()

  constructor(options: XmppSessionOptions) {
    this.session = openSession({ backoff: { base: 20, max: 100 }, ...options }, this)
  }

  online(resumed: boolean): void {
    this.onOnline()
    this.tell(resumed ? 'resumed' : 'online')
  }

  offline(): void {
    this.tell('offline')
  }

  denied(error: RachisError): void {
    this.error = error
    this.tell('denied')
  }

  message(stanza: Element): void {
    this.messages.push(stanza)
    this.tell('message')
  }

  /** Resolves when that is told next. */
  async next(event: 'online' | 'resumed' | 'offline' | 'denied' | 'message'): Promise<void> {
    await once(this.events, event)
  }

  state<S extends TransportStatus['state']>(name: S): Promise<TransportStatus & { readonly state: S }> {
    const isIt = (status: TransportStatus): status is TransportStatus & { readonly state: S } => status.state === name
    return firstValueFrom(this.session.status.status$.pipe(filter(isIt)))
  }

  /** Asks for what everybody has to answer. */
  disco(to: string, timeout?: number): Promise<Element> {
    return this.session.request(discoInfo(to), `disco ${to}`, timeout === undefined ? {} : { timeout })
  }

  private tell(event: string): void {
    this.told.push(event)
    this.events.emit(event)
  }
}

export function discoInfo(to: string): Stanza {
  return build('iq', { type: 'get', to }).c('query', { xmlns: 'http://jabber.org/protocol/disco#info' })
}

export function message(to: string, text: string): Stanza {
  return build('message', { to, type: 'chat' }).c('body', {}, text)
}
