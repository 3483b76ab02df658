import { ConnectionError, type RachisError } from '../../../errors.js'
import { connectionFailure } from './connection-failure.js'
import { randomId } from '../../internal/random-id.js'
import { reportLater } from '../../internal/turns.js'
import { childOf } from './dom.js'
import { followCauses } from './failure-cause.js'
import { domainOf } from './jid.js'
import { Keepalive } from './keepalive.js'
import { ns } from './namespaces.js'
import { override } from './override.js'
import { pingRequest } from './ping.js'
import type { StropheConnection, StropheHandler, StropheSocket } from './strophe-connection.js'
import { stropheStatus } from './strophe-status.js'

/** What a link tells, and asks. Nothing of it may throw. */
export interface LinkListener {
  connecting(): void
  /** In the tick of strophe's CONNECTED, the handler in place. */
  connected(resumed: boolean): void
  lost(error: RachisError): void
  /** Another has the resource; the connection is lost next. */
  taken(): void
  stanza(stanza: Element): void
  /** The answer to a get or a set, if there is one. */
  asked(iq: Element): Element | undefined
  /** Whether a stanza, as text, must not be sent again in a fresh stream. */
  stale(stanza: string): boolean
}

/** Milliseconds for a goodbye. */
const patience = 2000

/** Follows one `Strophe.Connection`, whoever connects it: one handler, its status, its signs of life. */
export class Link {
  private handler: StropheHandler | undefined
  private keepalive: Keepalive | undefined
  private socket: StropheSocket | null | undefined
  /** Over BOSH: hears that it is disconnected. */
  private goodbye: (() => void) | undefined
  private readonly undo: (() => void)[] = []
  private released = false

  constructor(
    readonly connection: StropheConnection,
    private readonly silence: number,
    private readonly listener: LinkListener,
  ) {
    const { sm, _proto: protocol } = connection
    const causeOfFailure = followCauses?.(protocol, (name, make) => {
      this.over(protocol, name, make)
    })
    // Not `connect_callback`: every `connect` of the owner's sets that anew.
    this.over(connection, '_changeConnectStatus', (original) => (status, condition, element) => {
      // First ours: owners connect again from inside DISCONNECTED.
      this.changed(status, causeOfFailure?.() ?? condition, element)
      original.call(connection, status, condition, element)
    })
    // Of a WebSocket; BOSH calls neither. Prosody 13 doesn't declare the prefix of stream errors.
    this.over(protocol, '_streamWrap', (original) => (stanza) => {
      return original!(stanza).replace(/^<wrapper(?=><stream)/, `$& xmlns:stream="${ns.stream}"`)
    })
    // strophe searches the whole stanza for a stream error: whoever may publish could disconnect all subscribers.
    this.over(protocol, '_checkStreamError', (original) => (wrapper, status) => {
      return childOf(wrapper)?.localName === 'error' && original!.call(protocol, wrapper, status)
    })
    // BOSH would wait 100 ms for more to send, and after each answer before it asks for more. Some do, so that no two requests are on their way at the same time:
    // ejabberd 23.01 answers nothing any more if they reach it in another order.
    if ('rid' in protocol) {
      let timer: ReturnType<typeof setTimeout> | undefined
      const flush = (): void => {
        timer = undefined
        if (connection.connected) connection.flush()
      }
      for (const name of ['_send', '_onRequestStateChange'] as const) {
        this.over(protocol, name, (original) => (...args: unknown[]) => {
          original!.apply(protocol, args)
          timer ??= setTimeout(flush, 5)
        })
      }
      this.undo.push(() => {
        clearTimeout(timer)
      })
    }
    // After a failed resumption strophe would send what is unacknowledged in the fresh stream, long after its senders gave up.
    if (sm) {
      this.over(sm, 'onFailed', (original) => (view, resumeFailed) => {
        sm._pendingResend = sm._pendingResend?.filter(({ stanza }) => !listener.stale(stanza)) ?? []
        original.call(sm, view, resumeFailed)
      })
    }
  }

  get isUp(): boolean {
    return this.handler !== undefined && !this.connection.disconnecting
  }

  /** Whether the stream that was lost may go on in another connection. */
  get resumable(): boolean {
    return this.connection.sm?.hasResumableState() ?? false
  }

  /** The connection is up already. */
  adopt(): void {
    if (this.connection.authenticated && !this.handler && !this.released) this.up(false)
  }

  /** Throws while there is no connection, and keeps nothing then. */
  send(stanza: Element): void {
    const { connection } = this
    if (!this.isUp) throw new ConnectionError('there is no connection')
    try {
      connection.send(stanza)
    } catch (error) {
      // strophe would send it by the next connection.
      connection._data = connection._data.filter((queued) => queued !== stanza)
      throw error
    }
  }

  /** Sends it if there is a connection. */
  trySend(stanza: Element): void {
    try {
      this.send(stanza)
    } catch {
      // The loss of the connection is told in its own way.
    }
  }

  /** Ends the stream properly; resolves when the server has ended it too, or after `patience`. */
  leave(): Promise<void> {
    const { connection } = this
    const { _proto: protocol } = connection
    const { socket } = protocol
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer)
        socket?.close()
        this.cut()
        resolve()
      }
      const timer = setTimeout(done, patience)
      this.down()
      if (!socket) this.goodbye = done
      connection.disconnect()
      if (socket) {
        // strophe would close it in the next turn: ejabberd drops what it has not read by then, and keeps the stream for a resumption.
        protocol.socket = null
        socket.onclose = done
        socket.onmessage = ({ data }) => {
          if (/^<close/.test(data)) done()
        }
      }
    })
  }

  /** Follows it no more, and drops the connection. */
  cut(): void {
    this.release()
    // A challenge that is answered only now would send by it.
    this.connection.pause()
    this.drop()
  }

  /** Follows it no more, and leaves it as it is. */
  release(): void {
    this.released = true
    this.down()
    for (const undo of this.undo.splice(0).reverse()) undo()
  }

  /** Ends the connection without waiting for the other side, which may be gone. */
  drop(): void {
    const { _proto: protocol } = this.connection
    const socket = protocol.socket ?? this.socket
    protocol._abortAllRequests()
    this.connection._doDisconnect()
    // Closed by strophe it has no listener for errors left, which would be thrown at everybody; and it would wait for the other side.
    socket?.addEventListener('error', ignore)
    socket?.terminate?.()
  }

  private over<T extends object, K extends keyof T>(target: T, name: K, make: (original: T[K]) => T[K]): void {
    this.undo.push(override(target, name, make))
  }

  private changed(status: number, condition?: string | null, element?: Element): void {
    if (this.released) return
    this.socket = this.connection._proto.socket ?? this.socket
    if (status === stropheStatus.disconnected) this.goodbye?.()
    if (status === stropheStatus.connecting) this.listener.connecting()
    if (status === stropheStatus.connected || status === stropheStatus.attached) this.up(this.connection.sm?.resumed ?? false)
    if (condition === 'conflict') this.listener.taken()
    const failure = connectionFailure(status, condition, element)
    if (failure) this.fail(failure)
  }

  private up(resumed: boolean): void {
    this.down()
    this.connection._smHandlers?.forEach(narrow)
    let answer: Element | undefined
    const handler = this.connection.addHandler(
      guarded((stanza) => {
        if (this.handler !== handler) return false
        if (answer) this.trySend(answer)
        else this.listener.stanza(stanza)
        return true
      }),
      null,
      null,
      null,
    )
    // strophe refuses the requests that no handler matches.
    handler.isMatch = guarded((stanza) => {
      this.keepalive?.heard()
      answer = isRequest(stanza) ? this.listener.asked(stanza) : undefined
      return answer !== undefined || !isRequest(stanza)
    })
    this.handler = handler
    this.keepalive = new Keepalive(
      this.silence,
      () => {
        this.ping()
      },
      () => {
        this.fail(new ConnectionError(`nothing was heard from the server for ${this.silence} ms`))
        this.drop()
      },
    )
    this.listener.connected(resumed)
  }

  private fail(error: RachisError): void {
    this.down()
    this.listener.lost(error)
  }

  private down(): void {
    this.keepalive?.stop()
    if (this.handler) this.connection.deleteHandler(this.handler as never)
    this.handler = undefined
  }

  private ping(): void {
    const ping = pingRequest(domainOf(this.connection.jid)).tree()
    ping.setAttribute('id', randomId())
    this.trySend(ping)
  }
}

/** strophe looks through the whole of each stanza for the namespace of a handler before it looks at the name: five times for a snapshot. */
function narrow(handler: StropheHandler): void {
  override(handler, 'isMatch', (original) => (stanza) => stanza.nodeName === handler.name && original.call(handler, stanza))
}

function isRequest(stanza: Element): boolean {
  return stanza.nodeName === 'iq' && /^[gs]et$/.test(stanza.getAttribute('type')!)
}

/** strophe removes a handler that throws. */
function guarded(handle: (stanza: Element) => boolean): (stanza: Element) => boolean {
  return (stanza) => {
    try {
      return handle(stanza)
    } catch (error) {
      reportLater(error)
      return true
    }
  }
}

function ignore(): void {
  // The connection is given up.
}
