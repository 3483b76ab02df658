import { build, type Builder } from './builder.js'
import { buildForm, type FormFields } from './data-form.js'
import { formTypes, ns } from './namespaces.js'
import type { Affiliation, SubscriptionState } from './pubsub-results.js'
import { type Attributes, attributesOf, child, request } from './request.js'

/** Requests of XEP-0060 §8, of those who own a node or want to. A collection is a node configured as one (XEP-0248). */

/** Creates a node (§8.1.2), configured at once (§8.1.3) if fields are given; without a name an instant node. */
export function createRequest(to: string | undefined, node?: string, config?: FormFields): Builder {
  const builder = child(request('set', to, 'pubsub', ns.pubsub), 'create', { node })
  return config === undefined ? builder : buildForm(builder.up().c('configure'), formTypes.nodeConfig, config)
}

/** The configuration of a node (§8.2.1). */
export function configurationRequest(to: string | undefined, node: string): Builder {
  return owner('get', to, 'configure', { node })
}

/** Configures a node (§8.2.4). */
export function configureRequest(to: string | undefined, node: string, config: FormFields): Builder {
  return buildForm(owner('set', to, 'configure', { node }), formTypes.nodeConfig, config)
}

/** The configuration that a new node has (§8.3). */
export function defaultConfigurationRequest(to: string | undefined): Builder {
  return owner('get', to, 'default')
}

/** Deletes a node (§8.4); subscribers are told of `redirect`, a URI. */
export function deleteRequest(to: string | undefined, node: string, redirect?: string): Builder {
  const builder = owner('set', to, 'delete', { node })
  return redirect === undefined ? builder : child(builder, 'redirect', { uri: redirect })
}

/** Deletes all items of a node (§8.5). */
export function purgeRequest(to: string | undefined, node: string): Builder {
  return owner('set', to, 'purge', { node })
}

/** All subscriptions to a node (§8.8.1). */
export function nodeSubscriptionsRequest(to: string | undefined, node: string): Builder {
  return owner('get', to, 'subscriptions', { node })
}

/** Changes subscriptions of others (§8.8.2); those not named stay as they are. */
export function setNodeSubscriptionsRequest(
  to: string | undefined,
  node: string,
  subscriptions: readonly { readonly jid: string; readonly state: SubscriptionState; readonly subid?: string | undefined }[],
): Builder {
  const builder = owner('set', to, 'subscriptions', { node })
  for (const { jid, state, subid } of subscriptions) child(builder, 'subscription', { jid, subscription: state, subid }).up()
  return builder
}

/** All affiliations with a node (§8.9.1). */
export function nodeAffiliationsRequest(to: string | undefined, node: string): Builder {
  return owner('get', to, 'affiliations', { node })
}

/** Changes affiliations (§8.9.2); those not named stay as they are. */
export function setNodeAffiliationsRequest(
  to: string | undefined,
  node: string,
  affiliations: readonly { readonly jid: string; readonly affiliation: Affiliation }[],
): Builder {
  const builder = owner('set', to, 'affiliations', { node })
  for (const { jid, affiliation } of affiliations) child(builder, 'affiliation', { jid, affiliation }).up()
  return builder
}

/** The answer to an `authorization` event (§8.6): a message, not an IQ. */
export function authorizationReply(
  to: string,
  asked: { readonly node: string; readonly jid: string; readonly subid?: string | undefined; readonly id?: string | undefined },
  allow: boolean,
): Builder {
  const fields = { 'pubsub#subid': asked.subid, 'pubsub#node': asked.node, 'pubsub#subscriber_jid': asked.jid, 'pubsub#allow': allow }
  return buildForm(build('message', attributesOf({ to, id: asked.id })), formTypes.authorization, fields)
}

function owner(type: 'get' | 'set', to: string | undefined, name: string, attributes?: Attributes): Builder {
  return child(request(type, to, 'pubsub', ns.owner), name, attributes)
}
