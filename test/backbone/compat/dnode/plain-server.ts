import { createRequire } from 'node:module'
import type { AddressInfo, Server, Socket } from 'node:net'
import { createWebSocketStream, WebSocketServer } from 'ws'

type Any = Record<string, any>
const dnode = createRequire(import.meta.url)('dnode') as (cons: unknown, options: object) => any

/** A connection of the `dnode` package, as an application makes it. */
export function dnodeTo(port: number, middleware: unknown): any {
  const d = dnode(middleware, { weak: false })
  d.on('error', () => undefined)
  d.connect(port)
  d.stream.setNoDelay(true)
  return d
}

/** A call that the server has got. */
export interface Call {
  readonly method: string
  readonly args: readonly any[]
}

interface Peer {
  readonly remote: Any
  readonly connection: any
  readonly channels: Set<string>
}

/** Documents in memory behind nothing but the `dnode` package, with the methods that old servers have. */
export class PlainServer {
  readonly docs = new Map<string, Any>()
  readonly calls: Call[] = []
  readonly peers = new Set<Peer>()
  /** Answer and tell in this order. */
  order: 'tell first' | 'answer first' = 'tell first'
  /** While it is set, what would be answered waits in it. */
  paused: (() => void)[] | undefined
  private count = 0
  private webSockets: WebSocketServer | undefined
  private server!: Server
  private readonly sockets = new Set<Socket>()

  static async start(port = 0, methods?: (remote: Any, connection: any) => Any): Promise<PlainServer> {
    const server = new PlainServer()
    server.server = dnode((remote: Any, connection: any) => (methods ?? server.methods)(remote, connection), { weak: false }).listen(port)
    server.server.on('connection', (socket: Socket) => {
      server.sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => undefined)
      socket.on('close', () => server.sockets.delete(socket))
    })
    // What dnode itself forwards of broken sockets.
    server.server.on('local', (_: unknown, d: any) => d.on('error', () => undefined))
    if (!server.server.listening) await new Promise((resolve) => server.server.once('listening', resolve))
    return server
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  /** The URL of a WebSocket with the same behind it. */
  async webSocket(): Promise<string> {
    const webSockets = (this.webSockets = new WebSocketServer({ port: 0, host: '127.0.0.1' }))
    webSockets.on('connection', (socket, { socket: tcp }) => {
      this.sockets.add(tcp)
      const d = dnode((remote: Any, connection: any) => this.methods(remote, connection), { weak: false })
      const stream = createWebSocketStream(socket, { encoding: 'utf8' })
      stream.on('error', () => d.end())
      stream.pipe(d).pipe(stream)
    })
    await new Promise((resolve) => webSockets.once('listening', resolve))
    return `ws://127.0.0.1:${(webSockets.address() as AddressInfo).port}`
  }

  callsOf(method: string): readonly any[][] {
    return this.calls.filter((call) => call.method === method).map(({ args }) => [...args])
  }

  /** Cuts all connections. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    this.webSockets?.close()
    this.cut()
    await closed
  }

  /** Tells all who are subscribed, as if somebody else had written. */
  tell(name: string, ...args: unknown[]): void {
    for (const { remote } of this.peers) remote[name]?.(...args)
  }

  /** Somebody else writes. */
  write(name: 'created' | 'updated' | 'deleted', doc: Any, opt: Any = { url: 'foos', type: 'foo' }): void {
    if (name === 'deleted') this.docs.delete(doc._id)
    else this.docs.set(doc._id, { ...this.docs.get(doc._id), ...doc })
    this.publish(name, name === 'deleted' ? doc : this.docs.get(doc._id)!, opt)
  }

  release(): void {
    const { paused = [] } = this
    this.paused = undefined
    for (const job of paused) job()
  }

  private readonly methods = (remote: Any, connection: any): Any => {
    const peer: Peer = { remote, connection, channels: new Set() }
    this.peers.add(peer)
    connection.on('end', () => this.gone(peer))
    connection.stream?.on('close', () => this.gone(peer))
    const method =
      (name: string, work: (...args: any[]) => void) =>
      (...args: any[]) => {
        this.calls.push({ method: name, args: args.filter((arg) => typeof arg !== 'function') })
        if (this.paused !== undefined) this.paused.push(() => work(...args))
        else work(...args)
      }
    const end = (name: 'created' | 'updated' | 'deleted', doc: Any, opt: Any, fn: (...args: any[]) => void): void => {
      const { error: _, ...told } = opt
      const steps = [() => opt.silent || this.publish(name, doc, told), () => fn(doc, opt)]
      for (const step of this.order === 'tell first' ? steps : steps.reverse()) step()
    }
    return {
      create: method('create', (data, opt, fn) => {
        if (data._id || !opt.type) return opt.error('invalid parameters')
        const doc = { ...data, _id: `id${++this.count}` }
        this.docs.set(doc._id, doc)
        end('created', doc, opt, fn)
      }),
      read: method('read', (opt, fn) => {
        if (opt.query?.id !== undefined) return fn(this.docs.get(opt.query.id) ?? null, opt)
        const match = (doc: Any) => Object.entries(opt.query ?? {}).every(([name, value]) => doc[name] === value)
        fn([...this.docs.values()].filter(match).slice(0, opt.sorting?.limit), opt)
      }),
      update: method('update', (data, opt, fn) => {
        const doc = this.docs.get(data._id)
        if (doc === undefined) return opt.error('model not found')
        const next = { ...doc, ...data }
        this.docs.set(data._id, next)
        end('updated', next, opt, fn)
      }),
      delete: method('delete', (data, opt, fn) => {
        const doc = this.docs.get(data._id)
        if (doc === undefined) return opt.error('model not found')
        this.docs.delete(data._id)
        end('deleted', doc, opt, fn)
      }),
      subscribe: method('subscribe', (url, fn) => {
        peer.channels.add(url)
        this.online(url, 'subscribed')
        fn(this.onlineAt(url))
      }),
      unsubscribe: method('unsubscribe', (url, fn) => {
        peer.channels.delete(url)
        this.online(url, 'unsubscribed')
        fn(this.onlineAt(url))
      }),
    }
  }

  private gone(peer: Peer): void {
    if (!this.peers.delete(peer)) return
    for (const url of peer.channels) this.online(url, 'unsubscribed')
  }

  private onlineAt(url: string): number {
    return [...this.peers].filter(({ channels }) => channels.has(url)).length
  }

  private online(url: string, name: string): void {
    for (const { remote, channels } of this.peers) if (channels.has(url)) remote[name]?.(url, this.onlineAt(url))
  }

  private publish(name: string, doc: Any, opt: Any): void {
    for (const { remote, channels } of this.peers) if (channels.has(opt.url)) remote[name]?.(doc, opt)
  }
}

/** Resolves at the first event of that name; its arguments. */
export function heard(subject: any, name: string): Promise<any[]> {
  return new Promise((resolve) => subject.once(name, (...args: any[]) => resolve(args)))
}
