import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import Dnode from 'dnode/lib/dnode.js'

type Answer = (error: unknown, result?: unknown) => void

/** A connection as a test sees it. */
export interface PlainSession {
  readonly socket: Socket
  /** Sends a line of the server. */
  line(method: string, ...args: unknown[]): void
  raw(text: string): void
}

/** What is answered to a call; what is not named is answered with `{}`. `undefined` answers nothing. */
export type Calls = Readonly<Record<string, (args: any, answer: Answer, session: PlainSession) => void>>

export const greeting = {
  protocol: 1,
  server: 'plain',
  keepalive: 60_000,
  limits: { frameBytes: 10_000, callsInFlight: 4, subscriptions: 10, depth: 32 },
}

/** A server over TCP in a few lines of dnode, which does what the test says. */
export async function startPlainServer(calls: Calls = {}) {
  const sessions: PlainSession[] = []
  const heard: { readonly call: string; readonly args: any }[] = []
  const server = createServer({ noDelay: true }, (socket) => {
    const session: PlainSession = {
      socket,
      line: (method, ...args) => socket.write(JSON.stringify({ method, arguments: args }) + '\n'),
      raw: (text) => socket.write(text),
    }
    const method = (call: string) => (args: unknown, answer: Answer & { readonly id?: number }) => {
      heard.push({ call, args })
      const reply: Answer = (...result) => {
        answer(...result)
        dnode.proto.cull(answer.id!)
      }
      const handle = calls[call]
      if (handle !== undefined) handle(args, reply, session)
      else if (call === 'hello') reply(null, greeting)
      else if (call !== 'pong') reply(null, {})
    }
    const names = ['hello', 'renew', 'subscribe', 'unsubscribe', 'publish', 'patch', 'retract', 'get', 'page', 'pong']
    const dnode = new Dnode(Object.fromEntries(names.map((name) => [name, method(name)])), {
      weak: false,
      emit: 'object',
      proto: { wrap: (callback, id) => Object.assign(callback, { id }) },
    })
    dnode.on('data', (frame) => socket.write(JSON.stringify(frame) + '\n'))
    dnode.on('fail', () => undefined)
    dnode.on('error', (error) => {
      throw error
    })
    let pending = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (pending + chunk).split('\n')
      pending = lines.pop()!
      for (const line of lines) dnode.handle(JSON.parse(line) as object)
    })
    socket.on('error', () => undefined)
    sessions.push(session)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sessions,
    heard,
    /** What has been called, by name. */
    called: (call: string) => heard.filter((entry) => entry.call === call).map(({ args }) => args),
    async stop() {
      for (const { socket } of sessions) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
