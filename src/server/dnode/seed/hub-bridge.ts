import { type Observable, Subscription } from 'rxjs'
import { ArgumentError, ConnectionError } from '../../../errors.js'
import type { FeedEvent } from '../../../streams/event.js'
import type { Transport } from '../../../streams/node.js'
import type { Item } from '../../hub/channel-store.js'
import type { Hub } from '../../hub/hub.js'
import type { PlainObject } from './plain-json.js'
import type { SeedEvent, SeedEventName } from './seed-event.js'

/** Who hears of a bridged channel. */
export interface BridgeListener {
  event(event: SeedEvent): void
  /** The feed has ended. */
  ended(error: unknown): void
}

interface SharedFeed {
  readonly listeners: Set<BridgeListener>
  readonly ready: Promise<void>
  readonly subscription: Subscription
}

interface UserFeeds {
  readonly transport: Transport
  readonly feeds: Map<string, SharedFeed>
}

/** Channels of a hub as old clients hear them, with the rights of each user; those with the same rights share one feed. */
export class HubBridge {
  private readonly users = new Map<unknown, UserFeeds>()

  constructor(
    private readonly hub: Hub<never>,
    /** The hub's channel by URL. */
    private readonly channels: Readonly<Record<string, string>>,
  ) {
    if (typeof (hub as { transport?: unknown } | undefined)?.transport !== 'function') throw new ArgumentError('pubsub: feeds needs a hub')
  }

  has(url: string): boolean {
    return Object.hasOwn(this.channels, url)
  }

  /** Resolves, with how to stop, when everything that happens from now on will be told. Rejects with what the hub says, `DeniedError` above all. */
  async listen(url: string, user: unknown, listener: BridgeListener): Promise<() => void> {
    let own = this.users.get(user)
    if (own === undefined) this.users.set(user, (own = { transport: this.hub.transport(user as never), feeds: new Map() }))
    let feed = own.feeds.get(url)
    const users = own
    if (feed === undefined) {
      try {
        feed = share(url, own.transport.node<Item>(this.channels[url]!).feed())
      } catch (error) {
        this.spare(user, users)
        throw error
      }
      own.feeds.set(url, feed)
    }
    const shared = feed
    shared.listeners.add(listener)
    const stop = (): void => {
      if (!shared.listeners.delete(listener) || shared.listeners.size > 0) return
      shared.subscription.unsubscribe()
      if (users.feeds.get(url) === shared) users.feeds.delete(url)
      this.spare(user, users)
    }
    try {
      await shared.ready
    } catch (error) {
      stop()
      throw error
    }
    return stop
  }

  /** Who has no feed needs no transport. */
  private spare(user: unknown, own: UserFeeds): void {
    if (own.feeds.size > 0 || this.users.get(user) !== own) return
    this.users.delete(user)
    void own.transport.close()
  }
}

/** One feed for all who hear it alike, one transaction after the other; its snapshot is nobody's news. */
function share(url: string, feed: Observable<FeedEvent<Item>>): SharedFeed {
  const listeners = new Set<BridgeListener>()
  const subscription = new Subscription()
  let isReady = false
  let events: SeedEvent[] = []
  const ready = new Promise<void>((resolve, reject) => {
    const end = (error: unknown): void => {
      reject(error instanceof Error ? error : new ConnectionError('the feed has ended'))
      for (const listener of [...listeners]) listener.ended(error)
    }
    subscription.add(
      feed.subscribe({
        next: (event) => {
          switch (event.type) {
            case 'publish':
              events.push(seedEvent('created', url, event.id, event.item))
              break
            case 'change':
              events.push(seedEvent('updated', url, event.id, event.item))
              break
            case 'retract':
              events.push(seedEvent('deleted', url, event.id, event.previous))
              break
            case 'reset':
              events = []
              break
            case 'commit': {
              const told = isReady ? events : []
              events = []
              isReady = true
              resolve()
              for (const one of told) for (const listener of [...listeners]) listener.event(one)
            }
          }
        },
        error: end,
        complete: () => {
          end(undefined)
        },
      }),
    )
  })
  // Who waits hears of it; if nobody does, it is no news.
  ready.catch(() => undefined)
  return { listeners, ready, subscription }
}

const methods: Readonly<Record<SeedEventName, string>> = { created: 'create', updated: 'update', deleted: 'delete' }

function seedEvent(name: SeedEventName, url: string, id: string, item: Item): SeedEvent {
  return { name, url, model: { _id: id, ...(item as PlainObject) }, opt: { url, method: methods[name] } }
}
