import type { Builder } from './builder.js'
import { buildForm, type FormFields } from './data-form.js'
import { formTypes, ns } from './namespaces.js'
import { type Attributes, child, request } from './request.js'
import { addRsm, type RsmRange } from './rsm.js'

/** Requests of XEP-0060 that anyone may make; those of a node's owner are in `pubsub-owner-requests.ts`. `to` is the service. */

/** An element, or what builds one, perhaps a builder of another copy of strophe. */
export type Payload = Element | { tree(): Element }

/** Which items to fetch. */
export interface ItemsRange {
  readonly ids?: readonly string[] | undefined
  /** The newest so many. */
  readonly max?: number | undefined
  readonly rsm?: RsmRange | undefined
  readonly subid?: string | undefined
}

/** Fetches items (§6.5). */
export function itemsRequest(to: string | undefined, node: string, range: ItemsRange = {}): Builder {
  const { ids = [], max, rsm, subid } = range
  const builder = pubsub('get', to, 'items', { node, max_items: max?.toString(), subid })
  for (const id of ids) child(builder, 'item', { id }).up()
  return rsm ? addRsm(builder.up(), rsm) : builder
}

/** Publishes an item (§7.1); without `id` the service makes one. */
export function publishRequest(
  to: string | undefined,
  node: string,
  id: string | undefined,
  payload: Payload | undefined,
  publishOptions?: FormFields,
): Builder {
  const builder = child(pubsub('set', to, 'publish', { node }), 'item', { id })
  if (payload) builder.cnode('tree' in payload ? payload.tree() : payload).up()
  builder.up().up()
  return publishOptions ? buildForm(builder.c('publish-options'), formTypes.publishOptions, publishOptions) : builder
}

/** Deletes an item (§7.2). */
export function retractRequest(to: string | undefined, node: string, id: string, notify: boolean): Builder {
  return child(pubsub('set', to, 'retract', { node, notify: String(notify) }), 'item', { id })
}

/** Subscribes `jid` to a node (§6.1), with options at once (§6.3.7). */
export function subscribeRequest(to: string | undefined, node: string, jid: string, options?: FormFields): Builder {
  const builder = pubsub('set', to, 'subscribe', { node, jid })
  return options ? buildForm(builder.up().c('options'), formTypes.subscribeOptions, options) : builder
}

/** Ends a subscription (§6.2). */
export function unsubscribeRequest(to: string | undefined, node: string, jid: string, subid?: string): Builder {
  return pubsub('set', to, 'unsubscribe', { node, jid, subid })
}

/** One's own subscriptions at a service, or at one node (§5.6). */
export function subscriptionsRequest(to: string | undefined, node?: string): Builder {
  return pubsub('get', to, 'subscriptions', { node })
}

/** One's own affiliations at a service, or at one node (§5.7). */
export function affiliationsRequest(to: string | undefined, node?: string): Builder {
  return pubsub('get', to, 'affiliations', { node })
}

/** The options of a subscription (§6.3.2). */
export function optionsRequest(to: string | undefined, node: string, jid: string, subid?: string): Builder {
  return pubsub('get', to, 'options', { node, jid, subid })
}

/** Sets options of a subscription (§6.3.5). */
export function setOptionsRequest(to: string | undefined, node: string, jid: string, options: FormFields, subid?: string): Builder {
  return buildForm(pubsub('set', to, 'options', { node, jid, subid }), formTypes.subscribeOptions, options)
}

/** The options that a new subscription has (§6.4), of the service or of one node. */
export function defaultOptionsRequest(to: string | undefined, node?: string): Builder {
  return pubsub('get', to, 'default', { node })
}

function pubsub(type: 'get' | 'set', to: string | undefined, name: string, attributes: Attributes): Builder {
  return child(request(type, to, 'pubsub', ns.pubsub), name, attributes)
}
