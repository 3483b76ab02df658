import { EventEmitter, once } from 'node:events'
import type Backbone from 'backbone'
import '../../../../src/backbone/compat/xmpp/index.js'
import { openProxy } from '../../../contract/cut-proxy.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import type { XmppAccount } from '../../../services/xmpp-session.js'
import { OldClient } from './old-client.js'
import { connect, type OwnConnection, Strophe } from './strophe.js'

const open = { publish_model: 'open', access_model: 'open', max_items: '1000', notify_retract: '1', notify_delete: '1' }

/** A connection of an application, behind a proxy, and a client of before beside it. */
export class Stage {
  private nodes = 0

  private constructor(
    readonly server: XmppServer,
    readonly account: XmppAccount,
    readonly connection: OwnConnection,
    readonly old: OldClient,
    readonly proxy: Awaited<ReturnType<typeof openProxy>>,
  ) {}

  static async open(server: XmppServer): Promise<Stage> {
    const proxy = await openProxy(server.port)
    const account = await server.user('juliet')
    const connection = new Strophe.Connection(server.wsUrl.replace(String(server.port), String(proxy.port)))
    await connect(connection, account)
    return new Stage(server, account, connection, await OldClient.connect(server, await server.user('romeo')), proxy)
  }

  /** A node of the old client's, where everybody may publish; nobody gets the last item. */
  async node(config: Readonly<Record<string, string>> = {}): Promise<string> {
    const node = `node-${String(++this.nodes)}`
    await this.old.create(node, { ...open, send_last_published_item: 'never', ...config })
    await this.old.letPublish(node, this.account.jid)
    return node
  }

  /** The connection is lost, as with a network, and what `meanwhile` does isn't heard; then the application connects again. */
  async outage(meanwhile: () => Promise<unknown>): Promise<void> {
    const { connection, proxy } = this
    const lost = new Promise<void>((resolve) => {
      connection.connect_callback = (status) => {
        if (status === Strophe.Status.DISCONNECTED) resolve()
      }
    })
    proxy.cut()
    await lost
    await meanwhile()
    proxy.mend()
    connection.reset()
    await connect(connection, this.account)
  }

  async close(): Promise<void> {
    this.connection.PubSub.close()
    this.connection.disconnect()
    this.old.end()
    await this.proxy.close()
  }
}

/** Resolves with what the next event carries. */
export function next(subject: Backbone.Events, name: string): Promise<unknown[]> {
  const emitter = new EventEmitter()
  subject.once(name, (...carried: unknown[]) => emitter.emit('told', ...carried))
  return once(emitter, 'told')
}
