import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import { type Child, type ChildOptions, startChild } from './process.js'
import { createNode, openXmppSession, type XmppAccount, type XmppSession } from './xmpp-session.js'

/** A real XMPP server of its own in a temporary folder, on loopback, without TLS. Stop it in an `after` hook. */
export interface XmppServer {
  readonly name: 'prosody' | 'ejabberd'
  readonly domain: string
  /** The JID of its pub-sub service, where any account may create nodes. */
  readonly pubsub: string
  readonly port: number
  readonly wsUrl: string
  readonly boshUrl: string
  /** The process to look at; it is another one after `kill` and `start`. */
  readonly pid: number
  /** The admin's account. */
  readonly operator: XmppAccount
  /** Registers an account; rejects where the name is taken. */
  user(name: string): Promise<XmppAccount>
  /** A session that has nothing of the code under test: a witness. */
  session(account: XmppAccount): Promise<XmppSession>
  /** Makes a node that only the operator may read, subscribe to, publish to or configure. */
  seal(node: string): Promise<void>
  /** Makes a node of the operator's with many items, faster than by publishing each where that is slow; nobody is notified. */
  fill(node: string, items: readonly XmppItem[]): Promise<void>
  /** Ends the session of a full JID, which can't be resumed; rejects where there is none. */
  kick(jid: string): Promise<void>
  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void
  /** SIGCONT. */
  resume(): void
  /** What has been acknowledged survives `kill`. Without it ejabberd forgets its last two seconds, accounts and nodes too; Prosody nothing. */
  flush(): Promise<void>
  /** SIGKILL; `start` goes on with the same data on the same port. */
  kill(): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

export interface XmppItem {
  readonly id: string
  /** An element with its namespace. */
  readonly payload: string
}

export interface XmppServerOptions {
  /** How long a lost stream can be resumed. Default 300. */
  readonly resumeSeconds?: number
  /** `false`: neither a pub-sub service nor PEP. */
  readonly pubsub?: boolean
  /** The most items that a node may be configured to keep. Default 100,000. */
  readonly maxItems?: number
}

/** What a server's configuration is made of. */
export interface XmppServerSettings extends Required<XmppServerOptions> {
  readonly folder: string
  readonly port: number
  readonly domain: string
  readonly operator: string
}

/** What differs between servers. */
export interface XmppServerProgram {
  readonly name: XmppServer['name']
  readonly wsPath: string
  readonly boshPath: string
  /** Writes the configuration into the folder and says how to start. */
  prepare(settings: XmppServerSettings): ChildOptions
  register(server: XmppServer, name: string, password: string): Promise<void>
  kick(server: XmppServer, name: string, resource: string): Promise<void>
  /** Puts `<item>` elements into a node that is there. */
  fill(server: XmppServer, session: XmppSession, node: string, items: readonly string[]): Promise<void>
  flush(server: XmppServer): Promise<void>
}

const domain = 'localhost'

/** Starts a server in a new folder. */
export async function startXmppServer(program: XmppServerProgram, options: XmppServerOptions): Promise<XmppServer> {
  const folder = mkdtempSync(join(tmpdir(), `rachis-${program.name}-`))
  const port = await freePort()
  const operator = accountOf('operator')
  const defaults = { resumeSeconds: 300, pubsub: true, maxItems: 100_000 }
  const options_ = program.prepare({ ...defaults, ...options, folder, port, domain, operator: operator.jid })
  let child: Child
  const server: XmppServer = {
    name: program.name,
    domain,
    pubsub: `pubsub.${domain}`,
    port,
    wsUrl: `ws://127.0.0.1:${port}${program.wsPath}`,
    boshUrl: `http://127.0.0.1:${port}${program.boshPath}`,
    operator,
    get pid() {
      return child.pid
    },
    user: async (name) => {
      const account = accountOf(name)
      await program.register(server, name, account.password)
      return account
    },
    session: (account) => openXmppSession(server.wsUrl, account),
    seal: async (node) => {
      const session = await server.session(operator)
      await createNode(session, server.pubsub, node, { access_model: 'whitelist', publish_model: 'publishers' })
      await session.close()
    },
    fill: async (node, items) => {
      const session = await server.session(operator)
      await createNode(session, server.pubsub, node, { max_items: String(items.length) })
      const elements = items.map(({ id, payload }) => `<item id='${id}'>${payload}</item>`)
      await program.fill(server, session, node, elements)
      await session.close()
    },
    kick: async (jid) => {
      const [, name, resource] = /^([^@]*)@[^/]*\/(.*)$/.exec(jid)!
      await program.kick(server, name!, resource!)
    },
    pause: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
    flush: () => program.flush(server),
    kill: async () => void (await child.kill()),
    start: async () => {
      child = await startChild(options_)
    },
    stop: async () => {
      // Nothing of it is kept, and one that is paused doesn't hear SIGTERM.
      await child.kill()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  await server.user('operator')
  return server
}

/** Asks the server's HTTP port for what no client can. */
export async function controlXmppServer({ name, port }: XmppServer, path: string, body: string | URLSearchParams): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/${path}`, { method: 'POST', body })
  const text = await response.text()
  if (!response.ok) throw new Error(`${name}, ${path}: ${response.status} ${text}`)
  return text
}

function accountOf(name: string): XmppAccount {
  return { jid: `${name}@${domain}`, password: `the password of ${name}` }
}
