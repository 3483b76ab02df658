import { ArgumentError, ProtocolError } from '../../../errors.js'
import { isRecord } from '../../../streams/transports/dnode/json-shape.js'
import { fromWireError } from '../../../streams/transports/dnode/wire-error.js'
import { Channel, type ChannelEvent, tell } from './channel.js'
import type { Answer, Link } from './link.js'
import { attempt } from '../report.js'
import { type Syncable, urlOf } from './syncable.js'

/** Who is told of a subscription's fate. */
interface Request {
  readonly url: string | undefined
  readonly done: (count: number | undefined) => void
  readonly failed: (error: unknown) => void
}

/** Who hears of which URL, and on which connection. One subscription at the server for each URL, for as long as anyone is subscribed to it. */
export class Subscriptions {
  private readonly channels = new Map<string, Channel>()
  private link: Link | undefined

  constructor(
    private readonly apply: (channel: Channel, event: ChannelEvent) => void,
    /** Reads again what is subscribed to the channel. */
    private readonly catchUp: (channel: Channel, link: Link) => Promise<void>,
  ) {}

  /** How many URLs are held. */
  get size(): number {
    return this.channels.size
  }

  /** The channel of a URL; `spare` it afterwards. */
  channel(url: string): Channel {
    let channel = this.channels.get(url)
    if (channel === undefined) this.channels.set(url, (channel = new Channel(url, this.apply)))
    return channel
  }

  /** The channel of a URL, if that is subscribed over this connection. */
  find(url: unknown, link: Link): Channel | undefined {
    const channel = typeof url === 'string' ? this.channels.get(url) : undefined
    return channel?.link === link ? channel : undefined
  }

  /** Forgets a channel that nobody needs. */
  spare(channel: Channel): void {
    if (channel.isIdle && this.channels.get(channel.url) === channel) this.channels.delete(channel.url)
  }

  /** From now on this is the connection. */
  use(link: Link | undefined): void {
    this.link = link
    for (const channel of this.channels.values()) {
      channel.close()
      if (channel.subjects.size > 0) this.open(channel)
    }
  }

  /** The server says that it has not heard of everything. */
  missed(channel: Channel): void {
    channel.hasGap = true
    this.mend(channel)
  }

  /** Ends all of them. */
  clear(): void {
    for (const channel of this.channels.values()) {
      channel.subjects.clear()
      channel.waiting.length = 0
      this.leave(channel, { done: () => undefined, failed: () => undefined })
      this.spare(channel)
    }
  }

  subscribe(subject: Syncable, given: unknown, callback: unknown): void {
    const request = readRequest(subject, given, callback)
    const { url } = request
    if (url === undefined) request.failed(new ArgumentError('subscribe: there is no url'))
    else if (this.link?.pubsub === false) request.failed(new ArgumentError('subscribe: the middleware was made without pubsub'))
    else {
      const channel = this.channel(url)
      channel.subjects.add(subject)
      if (channel.isOpen)
        queueMicrotask(() => {
          if (channel.subjects.has(subject)) tell(subject, 'subscribe', channel.count)
          request.done(channel.count)
        })
      else {
        channel.waiting.push({ ...request, subject })
        if (channel.link === undefined) this.open(channel)
      }
    }
  }

  unsubscribe(subject: Syncable, given: unknown, callback: unknown): void {
    const request = readRequest(subject, given, callback)
    const { url } = request
    if (url === undefined) {
      request.failed(new ArgumentError('unsubscribe: there is no url'))
      return
    }
    const channel = this.channels.get(url)
    const wasIn = channel?.subjects.delete(subject) === true
    const done = (count: number | undefined): void => {
      if (wasIn) tell(subject, 'unsubscribe', count)
      request.done(count)
    }
    if (channel === undefined || !wasIn || channel.subjects.size > 0 || channel.link === undefined)
      queueMicrotask(() => done(channel?.count))
    else this.leave(channel, { done: (...results) => done(results.find(isCount)), failed: request.failed })
    if (channel === undefined) return
    channel.forget(subject)
    this.spare(channel)
  }

  private open(channel: Channel): void {
    const { link } = this
    if (link === undefined) return
    channel.link = link
    const stands = (): boolean => channel.link === link
    const failed = (error: unknown): void => {
      // Of a connection that is gone: the next one asks again.
      if (!stands()) return
      channel.close()
      for (const { subject, failed } of channel.waiting.splice(0)) {
        channel.subjects.delete(subject)
        failed(error)
      }
      // Those that the server had let in before.
      for (const subject of [...channel.subjects]) {
        channel.subjects.delete(subject)
        attempt(() => subject.trigger('error', subject, error, {}))
      }
      this.spare(channel)
    }
    const done = (...results: readonly unknown[]): void => {
      if (!stands()) return
      const error = errorIn(results, channel.url)
      if (error !== undefined) {
        failed(error)
        return
      }
      const count = results.find(isCount)
      const isTold = channel.count !== undefined
      channel.isOpen = true
      if (!isTold && count !== undefined) {
        channel.count = channel.toldByAnswer = count
        channel.trigger('subscribe', count)
      }
      for (const { done } of channel.waiting.splice(0)) done(channel.count)
      this.mend(channel)
    }
    link.call('subscribe', [channel.url], { done, failed })
  }

  /** One after the other: a second one could take from the first what happens meanwhile. */
  private mend(channel: Channel): void {
    const { link, hasGap, isOpen, isCatchingUp } = channel
    if (link === undefined || !hasGap || !isOpen || isCatchingUp) return
    channel.hasGap = false
    channel.isCatchingUp = true
    void this.catchUp(channel, link).finally(() => {
      channel.isCatchingUp = false
      this.mend(channel)
    })
  }

  private leave(channel: Channel, answer: Answer): void {
    const { link, url } = channel
    channel.close()
    channel.hasGap = false
    link?.call('unsubscribe', [url], answer)
  }
}

export function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0
}

/** A server may answer as Node's callbacks do. */
function errorIn([first]: readonly unknown[], url: string): unknown {
  if (isRecord(first) && typeof first['message'] === 'string') return fromWireError(first)
  return typeof first === 'string' && first !== url ? new ProtocolError(first) : undefined
}

function readRequest(subject: Syncable, given: unknown, callback: unknown): Request {
  const options = isRecord(given) ? given : {}
  const fn = typeof given === 'function' ? given : callback
  const { url } = options
  return {
    url: typeof url === 'string' && url !== '' ? url : urlOf(subject),
    done: (count) => {
      attempt(fn, count)
    },
    failed: (error) => {
      attempt(options['error'], error)
      attempt(() => subject.trigger('error', subject, error, options))
    },
  }
}
