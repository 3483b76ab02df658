import { asArray, type FeedNode, type Transport, type TransportStatus } from 'rachis'
import type { XmppTransport } from 'rachis/xmpp'
import { catchError, filter, firstValueFrom, map, type Observable, of, race, timer } from 'rxjs'
import { byId } from '../../shared/element.js'
import { showStatus } from '../../shared/notice.js'
import type { XmppSettings } from '../server/xmpp.js'
import { type Account, keepAccount, keptAccount } from './account.js'
import { connectAs, todosOf } from './over-xmpp.js'
import { SignInView } from './sign-in-view.js'
import { reasonOf, type Todo } from './todos.js'
import { showWire } from './wire.js'

/** How long the settings may take, in ms. */
const patience = 3000

/** Resolves with the node of the todos when somebody is signed in: who was in this tab, whom the server names, or who fills in the form. */
export async function enterXmpp(here: Transport): Promise<FeedNode<Todo>> {
  const form = new SignInView({ el: byId('sign-in') })
  let account = keptAccount()
  let fault: string | undefined
  const settings$ = settingsOf(here)
  // A server that is away must not keep anybody from the form.
  const settings = account ?? (await firstValueFrom(race(settings$, timer(patience).pipe(map(() => ({}))))))
  if (isAccount(settings)) account = settings
  const late = settings$.subscribe((told) => {
    form.fill(told)
  })
  for (;;) {
    const isKept = account !== undefined && fault === undefined
    account ??= await form.ask(settings, fault)
    const entered = await enter(account, isKept)
    if (typeof entered !== 'string') {
      late.unsubscribe()
      form.done()
      keepAccount(account)
      showAccount(account, entered)
      showStatus(entered, byId('notice'), () => 'changes wait')
      return todosOf(entered)
    }
    fault = entered
    keepAccount(undefined)
    account = undefined
  }
}

/** Shows whether the one who is signed in is online, while something else carries the todos. */
export function watchXmpp(): void {
  showWire('xmpp', connectAs(keptAccount()!))
}

/** The transport, or why it could not be had. Who has been in before can wait for a server that is away. */
async function enter(account: Account, isKept: boolean): Promise<XmppTransport | string> {
  let transport: XmppTransport
  try {
    transport = connectAs(account)
  } catch (error) {
    return reasonOf(error)
  }
  showWire('xmpp', transport)
  const status = await firstValueFrom(transport.status$.pipe(filter(({ state }) => state !== 'connecting')))
  if (status.state === 'online' || (status.state === 'offline' && isKept)) return transport
  await transport.close()
  return faultOf(status, account)
}

function faultOf(status: TransportStatus, { service, jid }: Account): string {
  if (status.state === 'denied') return `${jid} was not let in: is the password right?`
  return `No answer from ${service}: is that the address, and does the server run?`
}

function showAccount({ jid }: Account, transport: XmppTransport): void {
  byId('account').hidden = false
  byId('jid').textContent = jid
  byId('leave').addEventListener('click', () => {
    keepAccount(undefined)
    void transport.close().then(() => {
      location.reload()
    })
  })
}

/** What `npm start` was told of an XMPP server, told again when it has changed. */
function settingsOf(here: Transport): Observable<Partial<XmppSettings>> {
  return here
    .node<XmppSettings>('xmpp')
    .feed()
    .pipe(
      asArray(),
      map(([settings]) => settings ?? {}),
      catchError(() => of({})),
    )
}

function isAccount(settings: Partial<XmppSettings>): settings is Account {
  return settings.password !== undefined
}
