import { AskedOnceAConnection } from './asked-once.js'
import { type DiscoInfo, discoInfoRequest, parseDiscoInfo } from './disco.js'
import { ns } from './namespaces.js'
import type { XmppSession } from './session.js'

/** What can be asked of a service, by its camelCase name: `pubsub#kebab-case` among the features of XEP-0060 §10. */
const named = [
  'accessAuthorize',
  'accessOpen',
  'accessPresence',
  'accessRoster',
  'accessWhitelist',
  'autoCreate',
  'collections',
  'configNode',
  'configNodeMax',
  'createAndConfigure',
  'createNodes',
  'deleteItems',
  'deleteNodes',
  'instantNodes',
  'itemIds',
  'lastPublished',
  'manageSubscriptions',
  'metaData',
  'modifyAffiliations',
  'multiItems',
  'persistentItems',
  'publishOptions',
  'purgeNodes',
  'retractItems',
  'retrieveAffiliations',
  'retrieveDefault',
  'retrieveItems',
  'retrieveSubscriptions',
  'subscriptionOptions',
] as const

/** What a service says that it can. Servers say less than they can as well as more: see docs/xmpp.md. */
export interface Capabilities extends Readonly<Record<(typeof named)[number], boolean>> {
  /** Pages of items (XEP-0059). */
  readonly rsm: boolean
  /** An archive of what was published (XEP-0313). */
  readonly mam: boolean
  /** The nodes belong to an account (XEP-0163). */
  readonly pep: boolean
  /** All features as they are named on the wire. */
  readonly features: ReadonlySet<string>
}

export function capabilitiesOf({ identities, features }: DiscoInfo): Capabilities {
  const has = (name: string): boolean => features.has(`${ns.pubsub}#${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`)
  const pep = identities.some(({ category, type }) => category === 'pubsub' && type === 'pep')
  return {
    ...(Object.fromEntries(named.map((name) => [name, has(name)])) as Record<(typeof named)[number], boolean>),
    rsm: features.has(ns.rsm) || has('rsm'),
    // That of an account has its messages.
    mam: !pep && [...features].some((feature) => feature.startsWith('urn:xmpp:mam:')),
    pep,
    features,
  }
}

/** The capabilities of services, each asked for once a connection. */
export class CapabilityRegister {
  private readonly answers: AskedOnceAConnection<Capabilities>

  constructor(private readonly session: XmppSession) {
    this.answers = new AskedOnceAConnection(session)
  }

  of(service: string): Promise<Capabilities> {
    return this.answers.get(service, async () =>
      capabilitiesOf(parseDiscoInfo(await this.session.request(discoInfoRequest(service), `asking ${service} what it can`))),
    )
  }
}
