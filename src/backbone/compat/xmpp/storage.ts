import type Backbone from 'backbone'
import { ArgumentError, describeCause, MissingError } from '../../../errors.js'
import { equalValues } from '../../../streams/query.js'
import { rawTextOf } from '../../../streams/transports/xmpp/dom.js'
import { parseItem } from '../../../streams/transports/xmpp/pubsub-results.js'
import type { RsmResult } from '../../../streams/transports/xmpp/rsm.js'
import type { StropheConnection } from '../../../streams/transports/xmpp/strophe-connection.js'
import { answer, type PubSubPromise, resultsOf } from './answer.js'
import { checkFormat, entryCodec, type ItemAttributes, type PayloadFormat, writeEntry } from './entry-codec.js'
import type { ItemsOptions } from './options.js'
import { pubSubOf } from './pub-sub-of.js'
import type { PubSub } from './pub-sub.js'

/**
 * A node of the connection's publish-subscribe service as the place where models are kept: the `node` of a model or a collection whose `sync` is
 * `xmppSync`. It doesn't create the node. Items of both formats are read; the format says how they are written. An item that can't be read is left out, with
 * a warning on the console. Promises are rejected with errors of `rachis`.
 *
 * ```ts
 * todos.node = new PubSubStorage('todos', connection)
 * ```
 */
export class PubSubStorage {
  readonly payloadFormat: PayloadFormat

  /** Throws `ArgumentError` without an id or a connection, or with another format. */
  constructor(
    readonly id: string,
    readonly connection: StropheConnection,
    payloadFormat: PayloadFormat = 'json',
  ) {
    if (!id || !(connection as StropheConnection | undefined))
      throw new ArgumentError('PubSubStorage: the id of a node and a connection are needed')
    this.payloadFormat = checkFormat(payloadFormat)
  }

  /** Publishes without an id; resolves with the one that the server made, under the model's `idAttribute`. */
  create(model: Backbone.Model): PubSubPromise<readonly [attributes: ItemAttributes]> {
    return this.publish(model, undefined, (id) => [{ [model.idAttribute]: id }] as const)
  }

  /** Publishes under the model's id. */
  update(model: Backbone.Model): PubSubPromise<readonly []> {
    return this.publish(model, String(model.id), () => [] as const)
  }

  /** Resolves with those attributes of the item that the model doesn't have so; rejects with `MissingError` if there is no item. */
  getItem(model: Backbone.Model): PubSubPromise<readonly [attributes: ItemAttributes]> {
    const id = String(model.id)
    return answer(
      resultsOf(this.pubSub.items(this.id, { item_ids: [id] })).then(([items]) => {
        const attributes = this.read(items).find((item) => item['id'] === id)
        if (attributes === undefined) throw new MissingError(`the node ${this.id} has no item ${JSON.stringify(id)}`)
        const shown = model.attributes as ItemAttributes
        const differs = ([name, value]: readonly [string, unknown]): boolean => name !== 'id' && !equalValues(shown[name], value)
        return [Object.fromEntries(Object.entries(attributes).filter(differs))] as const
      }),
    )
  }

  /** Resolves with the attributes of each item, its id under `id`, in the order of the server; and with `{ first, last, count }` if a page was asked for. */
  getItems(options: ItemsOptions = {}): PubSubPromise<readonly [items: readonly ItemAttributes[], rsm?: RsmResult]> {
    const work = async (): Promise<readonly [items: readonly ItemAttributes[], rsm?: RsmResult]> => {
      const [items, rsm] = await resultsOf(this.pubSub.items(this.id, options))
      return rsm === undefined ? [this.read(items)] : [this.read(items), rsm]
    }
    return answer(work())
  }

  /** Retracts the model's item; subscribers are told. */
  destroy(model: Backbone.Model): PubSubPromise<readonly []> {
    return this.pubSub.deleteItem(this.id, String(model.id))
  }

  /** @internal */
  get pubSub(): PubSub {
    return pubSubOf(this.connection)
  }

  private publish<A extends readonly unknown[]>(model: Backbone.Model, id: string | undefined, read: (id: string) => A): PubSubPromise<A> {
    const work = async (): Promise<A> => {
      const entry = writeEntry(this.payloadFormat, model.toJSON() as ItemAttributes)
      const [given] = await resultsOf(this.pubSub.publish(this.id, entry, id))
      return read(given)
    }
    return answer(work())
  }

  private read(items: readonly Element[]): ItemAttributes[] {
    return items.flatMap((el) => {
      try {
        const item = parseItem(el)
        if ('raw' in item) throw new Error(`it ${item.reason}`)
        if (item.payload === undefined) throw new Error('it has no payload')
        return [{ ...entryCodec.decode(item.payload), id: item.id }]
      } catch (error) {
        console.warn(`${this.id}: an item was left out: ${describeCause(error)}: ${rawTextOf(el, 200)}`)
        return []
      }
    })
  }
}
