import type { XmppSettings } from '../server/xmpp.js'

/** Whom this tab signs in as, and where. */
export type Account = Required<Pick<XmppSettings, 'service' | 'jid' | 'password'>> & Pick<XmppSettings, 'pubsub'>

const key = 'xmpp'

/** Whoever signed in in this tab, until the tab is closed. */
export function keptAccount(): Account | undefined {
  const kept = sessionStorage.getItem(key)
  return kept === null ? undefined : (JSON.parse(kept) as Account)
}

export function keepAccount(account: Account | undefined): void {
  if (account === undefined) sessionStorage.removeItem(key)
  else sessionStorage.setItem(key, JSON.stringify(account))
}
