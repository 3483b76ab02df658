import type { Builder } from './builder.js'
import { type Form, parseForm } from './data-form.js'
import { attributeOf, childOf, childrenOf } from './dom.js'
import { ns } from './namespaces.js'
import { request } from './request.js'
import { addRsm, parseRsm, type RsmRange, type RsmResult } from './rsm.js'

/** What an entity says it is and can (XEP-0030, with the forms of XEP-0128). */
export interface DiscoInfo {
  readonly node: string | undefined
  readonly identities: readonly DiscoIdentity[]
  readonly features: ReadonlySet<string>
  readonly forms: readonly Form[]
}

export interface DiscoIdentity {
  readonly category: string
  readonly type: string
  readonly name: string | undefined
  /** `xml:lang`. */
  readonly lang: string | undefined
}

/** What an entity has: services of a server, nodes of a service, items of a node (whose id is `name`). */
export interface DiscoItems {
  readonly items: readonly { readonly jid: string; readonly node: string | undefined; readonly name: string | undefined }[]
  readonly rsm: RsmResult | undefined
}

/** XEP-0030 §3.1. */
export function discoInfoRequest(to: string | undefined, node?: string): Builder {
  return request('get', to, 'query', ns.discoInfo, { node })
}

/** XEP-0030 §4.1. */
export function discoItemsRequest(to: string | undefined, node?: string, rsm?: RsmRange): Builder {
  const builder = request('get', to, 'query', ns.discoItems, { node })
  return rsm ? addRsm(builder, rsm) : builder
}

/** Never throws; what can't be read is left out. */
export function parseDiscoInfo(iq: Element): DiscoInfo {
  const query = childOf(iq, 'query', ns.discoInfo)
  const features = childrenOf(query, 'feature', ns.discoInfo).map((feature) => attributeOf(feature, 'var'))
  return {
    node: query && attributeOf(query, 'node'),
    identities: childrenOf(query, 'identity', ns.discoInfo).flatMap((identity) => {
      const [category, type, name, lang] = ['category', 'type', 'name', 'xml:lang'].map((attribute) => attributeOf(identity, attribute))
      return category && type ? [{ category, type, name, lang }] : []
    }),
    features: new Set(features.filter((feature) => feature !== undefined)),
    forms: childrenOf(query, 'x', ns.dataForm).map(parseForm),
  }
}

/** Never throws; what can't be read is left out. */
export function parseDiscoItems(iq: Element): DiscoItems {
  const query = childOf(iq, 'query', ns.discoItems)
  const items = childrenOf(query, 'item', ns.discoItems)
  return {
    items: items.flatMap((item) => {
      const jid = attributeOf(item, 'jid')
      return jid ? [{ jid, node: attributeOf(item, 'node'), name: attributeOf(item, 'name') }] : []
    }),
    rsm: parseRsm(query),
  }
}
