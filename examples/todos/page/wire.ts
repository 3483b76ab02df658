import type { Transport, TransportStatus } from 'rachis'
import { byId } from '../../shared/element.js'

/** What carries the todos. */
export type Wire = 'dnode' | 'xmpp'

const words: Readonly<Record<TransportStatus['state'], string>> = {
  connecting: 'connecting …',
  online: 'online',
  offline: 'no connection',
  denied: 'not allowed',
  closed: 'closed',
}

/** The one that the address of the page asks for. */
export function chosenWire(): Wire {
  return new URLSearchParams(location.search).get('over') === 'xmpp' ? 'xmpp' : 'dnode'
}

/** Marks the chosen one in the switch. */
export function showChosen(chosen: Wire): void {
  byId(`over-${chosen}`).setAttribute('aria-current', 'true')
}

/** Shows in the switch how it is with one of them, until its transport is closed. */
export function showWire(wire: Wire, transport: Transport): void {
  const link = byId(`over-${wire}`)
  transport.status$.subscribe(({ state }) => {
    link.dataset['state'] = state
    link.querySelector('.unseen')!.textContent = ` (${words[state]})`
    link.title = words[state]
  })
}
