import assert from 'node:assert/strict'
import type { Context } from 'mocha'
import { $iq, Strophe } from 'strophe.js'
import { connectXmpp, type XmppTransport } from '../../src/streams/transports/xmpp/transport.js'
import { startEjabberd } from '../../test/services/ejabberd.js'
import { startProsody } from '../../test/services/prosody.js'
import type { XmppServer } from '../../test/services/xmpp-server.js'
import type { XmppAccount } from '../../test/services/xmpp-session.js'
import { median } from '../median.js'
import type { Report } from './live.js'
import { entryOf, readItems, type Task, taskAt } from './task.js'

;(Strophe as any).setLogLevel((Strophe as any).LogLevel.ERROR)

const servers = { Prosody: startProsody, ejabberd: startEjabberd }
const size = 10_000
const rounds = 5

/** A node of 10,000 items: a feed that begins, until it is ready, beside one request whose answer is parsed. */
export async function measureSnapshots(report: Report, wanted: (name: string) => boolean): Promise<void> {
  for (const [serverName, start] of Object.entries(servers)) {
    const name = `snapshot of 10k, ${serverName}`
    if (!wanted(name)) continue
    const server = await start(withoutTests)
    try {
      const tasks = Array.from({ length: size }, (_, index) => taskAt(index, index))
      await server.fill(
        'tasks',
        tasks.map((task) => ({ id: task.id, payload: entryOf(task) })),
      )
      const account = await server.user('juliet')
      const measure = async (what: string): Promise<void> => {
        const [ours, theirs] = await race(server, account, tasks)
        report(what, 'ms', ours, 'request', theirs)
      }
      await measure(name)
      if (serverName !== 'ejabberd') continue
      // A subscription sends the last item by default, which ejabberd finds by sorting all.
      await sendNoLastItem(server)
      await measure(`${name}, no last item on subscription`)
    } finally {
      await server.stop()
    }
  }
}

async function sendNoLastItem(server: XmppServer): Promise<void> {
  const operator = await server.session(server.operator)
  const field = (name: string, value: string): string => `<field var='${name}'><value>${value}</value></field>`
  const fields = field('FORM_TYPE', 'http://jabber.org/protocol/pubsub#node_config') + field('pubsub#send_last_published_item', 'never')
  const form = `<configure node='tasks'><x xmlns='jabber:x:data' type='submit'>${fields}</x></configure>`
  await operator.iq('set', server.pubsub, `<pubsub xmlns='http://jabber.org/protocol/pubsub#owner'>${form}</pubsub>`)
  await operator.close()
}

async function race(server: XmppServer, account: XmppAccount, tasks: readonly Task[]): Promise<[number, number]> {
  const transport = connectXmpp({ service: server.wsUrl, ...account, pubsub: server.pubsub, timeout: 60_000, keepalive: 120_000 })
  const bare = await connectBare(server, account)
  const sides = [() => feedItems(transport), () => bare.items(server.pubsub)]
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds + 1; round++) {
    for (const at of round % 2 === 0 ? [0, 1] : [1, 0]) {
      globalThis.gc?.()
      const began = performance.now()
      const items = await sides[at]!()
      const time = performance.now() - began
      assert.deepEqual([...items.values()], tasks)
      if (round >= 1) times[at]!.push(time)
    }
  }
  await transport.close()
  bare.close()
  return [median(times[0]), median(times[1])]
}

/** Subscribes, reads everything, and leaves again: each time anew. */
function feedItems(transport: XmppTransport): Promise<Map<string, Task>> {
  return new Promise((resolve, reject) => {
    const items = new Map<string, Task>()
    const subscription = transport
      .node<Task>('tasks')
      .feed()
      .subscribe({
        next: (event) => {
          if (event.type === 'publish') items.set(event.id, event.item)
          if (event.type !== 'commit') return
          queueMicrotask(() => {
            subscription.unsubscribe()
            resolve(items)
          })
        },
        error: reject,
      })
  })
}

async function connectBare(server: XmppServer, { jid, password }: XmppAccount) {
  const connection = new (Strophe as any).Connection(server.wsUrl)
  await new Promise<void>((resolve, reject) => {
    connection.connect(jid, password, (status: number) => {
      if (status === (Strophe as any).Status.CONNECTED) resolve()
      else if (status === (Strophe as any).Status.CONNFAIL) reject(new Error('strophe could not connect'))
    })
  })
  return {
    items: (to: string): Promise<Map<string, Task>> =>
      new Promise((resolve, reject) => {
        const request = ($iq as any)({ type: 'get', to })
          .c('pubsub', { xmlns: 'http://jabber.org/protocol/pubsub' })
          .c('items', { node: 'tasks' })
        const answered = (iq: Element): void => {
          const tasks = readItems(iq.firstChild!.firstChild as Element)
          resolve(new Map(tasks.map((task) => [task.id, task])))
        }
        connection.sendIQ(request, answered, reject, 60_000)
      }),
    close: () => connection.disconnect(),
  }
}

/** What the services ask of a test that they may skip. */
const withoutTests = {
  skip(): never {
    throw new Error('an XMPP server is missing')
  },
} as unknown as Context
