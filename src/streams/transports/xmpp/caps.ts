import { build, type Builder } from './builder.js'
import { attributeOf, childOf } from './dom.js'
import { ns } from './namespaces.js'
import { child } from './request.js'
import { sha1 } from './sha1.js'
import { xmlAttribute } from './xml-text.js'

const identity = { category: 'client', type: 'web', name: 'Rachis' }
const uri = 'https://npmjs.com/package/rachis'

/**
 * Entity capabilities (XEP-0115): presence says by a hash what this client is, and services that don't know the hash ask. Nodes of contacts' accounts whose
 * `+notify` is among the features send their events without a subscription (XEP-0163 §4).
 */
export class EntityCaps {
  readonly features: readonly string[]
  /** The hash of identity and features. */
  readonly ver: string

  /** `notify`: names of nodes, of any account. Throws `ValidationError` for what XML can't carry. */
  constructor(
    notify: readonly string[],
    private readonly priority = 0,
  ) {
    this.features = [...new Set([ns.discoInfo, ns.caps, ns.ping, ...notify.map((node) => `${node}+notify`)])]
    for (const feature of this.features) xmlAttribute('notify', feature)
    // Sorted by bytes, not by characters (§5.1).
    const sorted = this.features.map(bytesOf).sort()
    this.ver = btoa(sha1([`${identity.category}/${identity.type}//${identity.name}`, ...sorted, ''].join('<')))
  }

  presence(): Builder {
    const c = { xmlns: ns.caps, hash: 'sha-1', node: uri, ver: this.ver }
    return child(build('presence', {}).c('priority', {}, String(this.priority)), 'c', c)
  }

  /** The answer to a disco#info of this client, of itself or of the hash; `undefined` for other requests. Never throws. The session addresses it. */
  answer(iq: Element): Builder | undefined {
    const query = childOf(iq, 'query', ns.discoInfo)
    const node = query && attributeOf(query, 'node')
    if (!query || iq.getAttribute('type') !== 'get' || (node !== undefined && node !== `${uri}#${this.ver}`)) return undefined
    const reply = child(build('iq', { type: 'result' }), 'query', { xmlns: ns.discoInfo, node })
    reply.c('identity', identity).up()
    for (const feature of this.features) reply.c('feature', { var: feature }).up()
    return reply
  }
}

function bytesOf(text: string): string {
  return String.fromCharCode(...new TextEncoder().encode(text))
}
