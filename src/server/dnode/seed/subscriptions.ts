import { ConnectionError, DeniedError, LimitError } from '../../../errors.js'
import { isInternal } from '../../hub/told-error.js'
import type { PubsubOptions } from '../pubsub.js'
import { currentUser, userOf } from './authentication.js'
import { listsChannel } from './channel-list.js'
import type { HubBridge } from './hub-bridge.js'
import type { Publisher } from './publisher.js'
import { idOf } from './read-options.js'
import type { SeedCall } from './seed-call.js'
import { EventLines, type SeedChannels } from './seed-channels.js'
import { SeedError } from './seed-error.js'
import { eventNamed, type SeedEvent } from './seed-event.js'
import { SeedMember } from './seed-member.js'
import type { SeedPeer } from './seed-peer.js'

/** Characters of the name of a channel. */
const longestUrl = 1_024

/** The lines of an event of a feed, for all who hear it. */
const feedLines = new WeakMap<SeedEvent, EventLines>()

interface Subscription {
  /** Ends what comes from a feed. */
  stop: () => void
  /** Settles when what comes from a feed comes. */
  following?: Promise<void>
  /** Counts the feeds that it has had: as a user, then as another. */
  round: number
}

/** What one connection may do with the channels, and does. */
export class Subscriptions<U> implements Publisher {
  private readonly own = new Map<string, Subscription>()
  private readonly member: SeedMember

  constructor(
    private readonly peer: SeedPeer,
    private readonly channels: SeedChannels,
    private readonly bridge: HubBridge | undefined,
    private readonly options: PubsubOptions<U>,
  ) {
    this.member = new SeedMember(peer, () => currentUser(peer, options.authenticate) !== undefined)
    peer.onEnd(() => {
      for (const url of [...this.own.keys()]) this.end(url)
    })
    if (options.authenticate !== undefined)
      peer.identity(options.authenticate).onChange(() => {
        this.rejoin()
      })
  }

  async subscribe(channel: unknown): Promise<{ result: number; told: () => void }> {
    const url = urlOf(channel)
    const { subscriptions: most } = this.peer.limits
    await this.admitTo(url, 'subscribe', undefined)
    if (this.peer.ended) throw new ConnectionError('the connection has ended')
    const known = this.own.get(url)
    if (known === undefined && this.own.size >= most)
      throw new LimitError(`a connection can have ${most} subscriptions: end some that are no longer needed`, 'subscriptions', most)
    const subscription: Subscription = known ?? { stop: () => undefined, round: 0 }
    this.own.set(url, subscription)
    try {
      await (subscription.following ??= this.follow(url, subscription))
      const { count, settle } = await this.channels.join(url, this.member)
      // It may have left, or be gone, meanwhile; or have come again.
      if (!this.own.has(url)) this.channels.leave(url, this.member)
      return { result: count, told: settle }
    } catch (error) {
      if (this.own.get(url) === subscription) this.end(url)
      throw error
    }
  }

  unsubscribe(channel: unknown): number {
    return this.end(urlOf(channel))
  }

  /** What a client says has happened: taken at its word where that is declared, else looked up. */
  async claim({ data, opt }: SeedCall): Promise<{ result: unknown; told?: () => void }> {
    const { url, type, all } = opt
    if (url === undefined || Object.keys(data).length === 0) throw new SeedError('missing parameters')
    const name = eventNamed(all['method'])
    if (name === undefined) throw new SeedError('invalid parameters')
    await this.admit(url, type)
    const { freeForm } = this.options
    // Of a feed nobody but its hub tells.
    if (freeForm !== undefined && this.bridge?.has(url) !== true && listsChannel(freeForm, url)) {
      const event: SeedEvent = { name, url, model: data, opt: { ...all, url } }
      return { result: data, told: () => this.channels.publish(event) } // prettier-ignore
    }
    const model = type === undefined ? undefined : await this.peer.models?.named(type)
    if (model === undefined) throw new DeniedError(`publishing to ${url} is not allowed: it is not declared as of free form`)
    const id = idOf(data['_id'])
    const stored = await model.stored(id)
    const claimed = { name, url, opt: { url, type, method: all['method'] ?? 'update' } }
    if (name === 'deleted') {
      if (stored !== undefined) throw new DeniedError(`publishing to ${url} is not allowed: the model is not deleted`)
      return { result: { _id: id }, told: () => this.publish({ ...claimed, model: { _id: id }, stored: { type: model.type, item: {} } }) } // prettier-ignore
    }
    if (stored === undefined) throw new SeedError('model not found')
    const event: SeedEvent = { ...claimed, model: stored.whole, stored: { type: model.type, item: stored.item } }
    const seen = this.peer.see(event)
    if (seen === undefined) throw new SeedError('model not found')
    return { result: seen.model, told: () => this.publish(event) } // prettier-ignore
  }

  admit(url: string, type: string | undefined): Promise<void> {
    return this.admitTo(urlOf(url), 'publish', type)
  }

  publish(event: SeedEvent): void {
    // A feed tells it by itself.
    if (this.bridge?.has(event.url) !== true) this.channels.publish(event)
  }

  hold(): () => void {
    return this.member.hold()
  }

  private async admitTo(url: string, what: 'subscribe' | 'publish', type: string | undefined): Promise<void> {
    const { whitelist, rules, authenticate } = this.options
    const user = await userOf(this.peer, authenticate)
    const isListed = whitelist === undefined || listsChannel(whitelist, url)
    // The rules of a feed are its hub's.
    const isAllowed = rules === undefined || this.bridge?.has(url) === true || rules[what]?.(user, url, type) === true
    if (!isListed || !isAllowed) throw new DeniedError(`${what} is not allowed on the channel ${url}`)
  }

  private async follow(url: string, subscription: Subscription): Promise<void> {
    if (this.bridge?.has(url) !== true) return
    const round = ++subscription.round
    const user = await userOf(this.peer, this.options.authenticate)
    const stop = await this.bridge.listen(url, user, {
      event: (event) => {
        let lines = feedLines.get(event)
        if (lines === undefined) feedLines.set(event, (lines = new EventLines(event)))
        this.member.feedEvent(event, lines)
      },
      ended: (error) => {
        if (error !== undefined && isInternal(error)) this.peer.report(error)
        if (this.own.get(url) === subscription && subscription.round === round) this.end(url)
      },
    })
    if (this.own.get(url) === subscription && subscription.round === round) subscription.stop = stop
    else stop()
  }

  private end(url: string): number {
    const subscription = this.own.get(url)
    this.own.delete(url)
    subscription?.stop()
    return this.channels.leave(url, this.member)
  }

  /** The connection is another user's: what they may not hear ends, and feeds are as that one sees them. */
  private rejoin(): void {
    for (const [url, subscription] of this.own) {
      if (this.bridge?.has(url) === true) {
        subscription.stop()
        subscription.stop = () => undefined
        subscription.following = this.follow(url, subscription)
      }
      const { following } = subscription
      Promise.all([this.admitTo(url, 'subscribe', undefined), following]).catch(() => {
        if (this.own.get(url) === subscription) this.end(url)
      })
    }
  }
}

function urlOf(channel: unknown): string {
  if (typeof channel !== 'string' || channel === '') throw new SeedError('missing parameters')
  // Half a character would be another one behind Redis.
  if (/\p{Surrogate}/u.test(channel)) throw new SeedError('invalid parameters')
  if (channel.length > longestUrl) throw new LimitError(`the name of a channel has more than ${longestUrl} characters`, 'url', longestUrl)
  return channel
}
