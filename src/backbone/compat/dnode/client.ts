import { isRecord } from '../../../streams/transports/dnode/json-shape.js'
import { isModel } from '../is-model.js'
import { catchUp } from './catch-up.js'
import type { Channel, ChannelEvent } from './channel.js'
import { cleanJson } from './clean-json.js'
import { Crud, type CrudContext } from './crud.js'
import type { ClientMethods, Link, LinkListener } from './link.js'
import type { CrudSync } from './options.js'
import { PlainLink } from './plain-link.js'
import { attempt } from '../report.js'
import { type Document, drop, modelFor, put, type Syncable } from './syncable.js'
import { isCount, Subscriptions } from './subscriptions.js'

/** What a middleware may be made with. */
export interface MiddlewareOptions {
  /** Hear what others do, of what is subscribed. Default: no; answers alone change models. */
  readonly pubsub?: boolean
}

/** A dnode middleware: gives one connection the methods that the server calls. */
export type ClientMiddleware = (remote?: unknown, connection?: unknown) => ClientMethods

/**
 * What models and collections here know of one server: its connections, of which the newest is used, and who is subscribed to what. Nothing that
 * the server sends throws; what callbacks of the application throw is reported as rxjs does.
 */
export class Client implements LinkListener, CrudContext {
  readonly sync: CrudSync
  readonly subscriptions: Subscriptions
  private readonly crud: Crud
  private readonly links: Link[] = []

  constructor() {
    this.crud = new Crud(this)
    this.sync = this.crud.sync
    const applyTo = this.applyTo.bind(this)
    this.subscriptions = new Subscriptions(
      (channel, event) => {
        for (const subject of [...channel.subjects]) attempt(() => applyTo(subject, event))
      },
      (channel, link) => catchUp(channel, link, this.crud, applyTo),
    )
  }

  get link(): Link | undefined {
    return this.links.at(-1)
  }

  middleware({ pubsub = false }: MiddlewareOptions = {}): ClientMiddleware {
    return (remote, connection) => new PlainLink(remote, connection, pubsub, this).methods
  }

  channel(url: string): Channel {
    return this.subscriptions.channel(url)
  }

  spare(channel: Channel): void {
    this.subscriptions.spare(channel)
  }

  linkUp(link: Link): void {
    this.links.push(link)
    this.subscriptions.use(link)
  }

  linkDown(link: Link): void {
    const wasUsed = this.link === link
    this.links.splice(this.links.indexOf(link), 1)
    if (wasUsed) this.subscriptions.use(this.link)
  }

  methods(link: Link): ClientMethods {
    if (!link.pubsub) return {}
    const receive = (type: ChannelEvent['type'], data: unknown, opt: unknown): void => {
      if (!isRecord(opt)) return
      const channel = this.subscriptions.find(opt['url'], link)
      if (channel === undefined) return
      for (const each of type === 'created' && Array.isArray(data) ? (data as unknown[]) : [data]) {
        const document = isRecord(each) ? cleanJson(each) : undefined
        if (isRecord(document)) channel.receive({ type, document, remote: cleanJson(opt) as Document })
      }
    }
    const count = (name: 'subscribe' | 'unsubscribe', url: unknown, online: unknown): void => {
      const channel = this.subscriptions.find(url, link)
      if (channel === undefined || !isCount(online)) return
      const isKnown = name === 'subscribe' && channel.toldByAnswer === online
      channel.toldByAnswer = undefined
      channel.count = online
      if (!isKnown) channel.trigger(name, online)
    }
    return {
      created: quietly((data, opt) => receive('created', data, opt)),
      read: quietly((data, opt) => receive('created', data, opt)),
      missed: quietly((url) => {
        const channel = this.subscriptions.find(url, link)
        if (channel !== undefined) this.subscriptions.missed(channel)
      }),
      updated: quietly((data, opt) => receive('updated', data, opt)),
      deleted: quietly((data, opt) => receive('deleted', data, opt)),
      subscribed: quietly((url, online) => count('subscribe', url, online)),
      unsubscribed: quietly((url, online) => count('unsubscribe', url, online)),
    }
  }

  private applyTo(subject: Syncable, { type, document, remote }: ChannelEvent): void {
    const model = modelFor(subject, document)
    if (model === false) return
    const options = { parse: true, remote }
    if (type === 'deleted') {
      if (model !== undefined && !this.crud.defersEnd(model)) drop(subject, model, options)
    } else if (model === undefined || !this.crud.defers(model, document))
      put(subject, document, options, type === 'created' && !isModel(subject))
  }
}

/** A method that the server may call with whatever it likes: what is no sense is no event. */
function quietly(method: (first: unknown, second: unknown) => void): (...args: readonly unknown[]) => void {
  return (first, second) => {
    try {
      method(first, second)
    } catch {
      // What is nested too deep.
    }
  }
}
