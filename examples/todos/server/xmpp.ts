import { Source } from 'rachis'
import type { ServeContext } from '../../../src/server/cli/config.js'

/** Where the page finds an XMPP server, as `npm start -- --xmpp URL …` says; everybody who can open the page may know it. */
export interface XmppSettings {
  readonly service: string
  readonly jid?: string
  readonly pubsub?: string
  /** Then nobody has to sign in. */
  readonly password?: string
}

/** Reads what `scripts/start.mjs` made of its flags. */
export function readXmpp(env: NodeJS.ProcessEnv): XmppSettings | undefined {
  const { RACHIS_XMPP: service, RACHIS_XMPP_USER: jid, RACHIS_XMPP_PUBSUB: pubsub, RACHIS_PASSWORD: password } = env
  if (!service) return undefined
  if (!URL.canParse(service)) throw new Error(`--xmpp ${service} is not a URL, e.g. wss://example.org/xmpp-websocket`)
  return { service, ...(jid && { jid }), ...(pubsub && { pubsub }), ...(jid && password && { password }) }
}

/** The origin of the service over HTTP: what a page needs leave for, to reach it over BOSH. */
export function originsOf(settings: XmppSettings | undefined): readonly string[] {
  return settings === undefined ? [] : [new URL(settings.service.replace(/^ws/, 'http')).origin]
}

/** Tells pages the settings, over the connection that they have anyway. */
export function setUpXmpp(context: ServeContext, settings: XmppSettings | undefined): void {
  const source = new Source<XmppSettings>({ key: () => 'settings', initial: settings === undefined ? [] : [settings] })
  context.hub.channel('xmpp', { source, rules: { read: () => true, fields: { readable: '*' } } })
  if (settings === undefined) return
  const { service, jid, password } = settings
  const whose = password === undefined ? '' : `, as ${jid!}: whoever can open the page uses that account`
  context.note(`The todos page can switch to ${service}${whose}.`)
}
