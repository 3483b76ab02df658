import { ConnectionError, type RachisError } from '../../../errors.js'
import { randomId } from '../../internal/random-id.js'
import { attributeOf } from './dom.js'
import { bareJid, domainOf, sameJid } from './jid.js'
import { stanzaRejection } from './stanza-error.js'

interface Pending {
  readonly what: string
  readonly to: string | undefined
  readonly timer: ReturnType<typeof setTimeout>
  readonly resolve: (answer: Element) => void
  readonly reject: (error: RachisError) => void
}

/** The requests that wait for answers. Each settles: strophe's own neither call back nor time out once the connection is lost. */
export class Requests {
  private readonly pending = new Map<string, Pending>()
  private readonly prefix = `${randomId()}:`
  private count = 0

  get size(): number {
    return this.pending.size
  }

  /** Whether a stanza in text is a request of these, not of another user of the connection. */
  owns(stanza: string): boolean {
    return stanza.includes(` id="${this.prefix}`)
  }

  ask(iq: Element, what: string, timeout: number, send: (iq: Element) => void): Promise<Element> {
    const id = this.prefix + String(++this.count)
    iq.setAttribute('id', id)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id)
        reject(new ConnectionError(`${what}: there was no answer within ${timeout} ms`, true))
      }, timeout)
      this.pending.set(id, { what, to: attributeOf(iq, 'to'), timer, resolve, reject })
      try {
        send(iq)
      } catch (cause) {
        this.take(id)
        reject(new ConnectionError(`${what}: it could not be sent`, false, { cause }))
      }
    })
  }

  /** Takes a result or an error, if it is from whom `own`, a full JID, has asked: anybody could send one. */
  answer(iq: Element, own: string): void {
    const id = iq.getAttribute('id') ?? ''
    const request = this.pending.get(id)
    if (!request || !isFrom(attributeOf(iq, 'from'), request.to, own)) return
    this.take(id)
    if (iq.getAttribute('type') === 'result') request.resolve(iq)
    else request.reject(stanzaRejection(request.what, iq))
  }

  /** No answers will come. */
  lose(reason = 'the connection was lost'): void {
    for (const [id, { what, reject }] of this.pending) {
      this.take(id)
      reject(new ConnectionError(`${what}: ${reason} before the answer came`, true))
    }
  }

  private take(id: string): void {
    clearTimeout(this.pending.get(id)?.timer)
    this.pending.delete(id)
  }
}

/** Only one's own server can leave `from` out: it stamps what comes from others. */
function isFrom(from: string | undefined, to: string | undefined, own: string): boolean {
  if (from === undefined) return true
  const asked = to === undefined ? [bareJid(own), own, domainOf(own)] : [to]
  return asked.some((jid) => sameJid(jid, from))
}
