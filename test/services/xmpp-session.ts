import { once } from 'node:events'
import { WebSocket } from 'ws'

/** An account of a server under test. */
export interface XmppAccount {
  /** Bare. */
  readonly jid: string
  readonly password: string
}

/** A session over WebSocket that knows nothing of what is tested: text in, text out. */
export interface XmppSession {
  /** Full. */
  readonly jid: string
  /** Sends a request and resolves with its whole answer; rejects with the answer that is an error. */
  iq(type: 'get' | 'set', to: string, payload: string): Promise<string>
  /** Sends any stanza. */
  send(stanza: string): void
  /** Resolves with the next stanza that matches. */
  next(pattern: RegExp): Promise<string>
  /** Ends the connection under the stream, as a lost network does. */
  cut(): void
  close(): Promise<void>
}

const framing = 'urn:ietf:params:xml:ns:xmpp-framing'

/** Signs in with SASL PLAIN and binds a resource. */
export async function openXmppSession(wsUrl: string, { jid, password }: XmppAccount): Promise<XmppSession> {
  const [name, domain] = jid.split('@') as [string, string]
  const socket = new WebSocket(wsUrl, 'xmpp')
  const waiting = new Set<{ pattern: RegExp; resolve: (stanza: string) => void; reject: (error: Error) => void }>()
  const end = (error: Error): void => {
    for (const { reject } of waiting) reject(error)
    waiting.clear()
  }
  socket.on('error', end)
  socket.on('close', () => end(new Error(`The session of ${jid} ended.`)))
  socket.on('message', (data: Buffer) => {
    const stanza = data.toString()
    for (const waiter of waiting) {
      if (!waiter.pattern.test(stanza)) continue
      waiting.delete(waiter)
      waiter.resolve(stanza)
    }
  })
  const next = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      waiting.add({ pattern, resolve, reject })
    })
  const ask = (stanza: string, answer: RegExp): Promise<string> => {
    const answered = next(answer)
    socket.send(stanza)
    return answered
  }
  let requests = 0
  const iq = async (type: 'get' | 'set', to: string, payload: string): Promise<string> => {
    const id = `session-${(requests += 1)}`
    const answer = await ask(
      `<iq xmlns='jabber:client' type='${type}' to='${to}' id='${id}'>${payload}</iq>`,
      new RegExp(`^<iq[^>]* id=["']${id}["']`),
    )
    if (/^<iq[^>]* type=["']error["']/.test(answer)) throw new Error(answer)
    return answer
  }

  await Promise.race([once(socket, 'open'), next(/$^/)])
  const open = `<open xmlns='${framing}' to='${domain}' version='1.0'/>`
  await ask(open, /features/)
  const plain = Buffer.from(`\0${name}\0${password}`).toString('base64')
  const outcome = await ask(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${plain}</auth>`, /<(success|failure)/)
  if (!outcome.startsWith('<success')) throw new Error(outcome)
  await ask(open, /features/)
  const bound = await iq('set', domain, `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/>`)
  return {
    jid: /<jid>([^<]+)<\/jid>/.exec(bound)![1]!,
    iq,
    next,
    send: (stanza) => socket.send(stanza),
    cut: () => socket.terminate(),
    close: async () => {
      const closed = once(socket, 'close')
      socket.send(`<close xmlns='${framing}'/>`)
      socket.close()
      await closed
    },
  }
}

/** Makes a node, configured by the names of XEP-0060 without their prefix. */
export async function createNode(session: XmppSession, service: string, node: string, config: Record<string, string>): Promise<void> {
  const field = (name: string, value: string): string => `<field var='${name}'><value>${value}</value></field>`
  const fields = Object.entries(config).map(([name, value]) => field(`pubsub#${name}`, value))
  const form = [field('FORM_TYPE', 'http://jabber.org/protocol/pubsub#node_config'), ...fields].join('')
  const configure = `<configure><x xmlns='jabber:x:data' type='submit'>${form}</x></configure>`
  await session.iq('set', service, `<pubsub xmlns='http://jabber.org/protocol/pubsub'><create node='${node}'/>${configure}</pubsub>`)
}
