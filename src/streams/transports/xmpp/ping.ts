import type { Builder } from './builder.js'
import { ns } from './namespaces.js'
import { request } from './request.js'

/** Asks whether `to`, by default one's own server, is there (XEP-0199 §4). */
export function pingRequest(to?: string): Builder {
  return request('get', to, 'ping', ns.ping)
}
