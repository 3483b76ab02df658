import * as strophe from 'strophe.js'
import type { StropheConnection } from '../../../../src/streams/transports/xmpp/strophe-connection.js'
import type { PubSub } from '../../../../src/backbone/compat/xmpp/index.js'
import type { XmppAccount } from '../../../services/xmpp-session.js'

/** strophe.js as these tests use it; its own declarations can't be resolved by a strict ESM project. */
export const { Strophe, $iq, $pres, $build } = strophe as unknown as {
  readonly Strophe: {
    readonly Connection: new (service: string, options?: object) => OwnConnection
    readonly Status: Readonly<Record<'CONNECTED' | 'DISCONNECTED', number>>
    readonly serialize: (el: Element) => string
    setLogLevel(level: number): void
    addConnectionPlugin(name: string, plugin: object): void
  }
  readonly $iq: (attributes: object) => Builder
  readonly $pres: () => Builder
  readonly $build: (name: string, attributes: object) => Builder
}

export interface Builder {
  c(name: string, attributes?: object, text?: string): Builder
  t(text: string): Builder
  up(): Builder
  tree(): Element
}

export interface OwnConnection extends StropheConnection {
  readonly PubSub: PubSub
  sendIQ(iq: Element, done: (answer: Element) => void, failed: (answer: Element | null) => void): string
  addHandler(handler: (stanza: Element) => boolean, ns: null, name: string | null, type: null): never
}

Strophe.setLogLevel(4)

/** Connects as applications do: presence is announced in the callback. */
export function connect(connection: OwnConnection, { jid, password }: XmppAccount): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.connect(jid, password as never, (status, condition) => {
      if (status === Strophe.Status.CONNECTED) {
        connection.send($pres().tree())
        resolve()
      } else if (status === Strophe.Status.DISCONNECTED) reject(new Error(condition ?? 'disconnected'))
    })
  })
}
