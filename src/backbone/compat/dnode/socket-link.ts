import { ConnectionError, describeCause, MissingError, ProtocolError } from '../../../errors.js'
import { encodeFrame, type Frame } from '../../../streams/transports/dnode/frame.js'
import { excerpt, isIndex, isRecord } from '../../../streams/transports/dnode/json-shape.js'
import { LineSplitter } from '../../../streams/transports/dnode/lines.js'
import type { OpenSocket, Socket } from '../../../streams/transports/dnode/socket.js'
import { fromWireError } from '../../../streams/transports/dnode/wire-error.js'
import { cleanJson } from './clean-json.js'
import type { Answer, ClientMethods, Link, LinkListener, RemoteMethod } from './link.js'
import { OutgoingCalls } from './outgoing-calls.js'
import { attempt } from '../report.js'

/** What a link over a socket is made with. */
export interface SocketLinkOptions {
  readonly open: OpenSocket
  readonly pubsub: boolean
  /** Bytes of a line. */
  readonly frameBytes: number
  /** Milliseconds in which the server must have greeted. */
  readonly timeout: number
  /** What a server that asks for it gets before anything else. */
  readonly credentials: (() => unknown) | undefined
  /** Told once, when it is over. */
  readonly ended: (error: Error) => void
  readonly greeted: () => void
}

/** One connection to a dnode server over a socket of ours: its lines, its greeting and its calls. Nothing that the server sends throws. */
export class SocketLink implements Link {
  readonly pubsub: boolean
  private readonly calls = new OutgoingCalls()
  private readonly lines: LineSplitter
  private readonly methods: ClientMethods
  private readonly socket: Socket
  private readonly timer: ReturnType<typeof setTimeout>
  private offered: ReadonlySet<string> | undefined
  private isUp = false
  private over = false

  constructor(
    private readonly options: SocketLinkOptions,
    private readonly listener: LinkListener,
  ) {
    this.pubsub = options.pubsub
    this.lines = new LineSplitter(options.frameBytes)
    this.methods = listener.methods(this)
    this.timer = setTimeout(() => {
      if (!this.isUp) this.end(new ConnectionError(`the server didn't greet within ${options.timeout} ms`))
    }, options.timeout)
    this.socket = options.open({
      opened: () => {
        this.greet()
      },
      received: (chunk) => {
        this.receive(chunk)
      },
      ended: (reason) => {
        this.end(new ConnectionError(reason))
      },
    })
  }

  call(method: RemoteMethod, args: readonly unknown[], answer: Answer): void {
    if (this.over) answer.failed(new ConnectionError(`${method}: the connection is closed`))
    else if (this.offered?.has(method) !== true) answer.failed(new MissingError(`the server has no method ${method}`))
    else this.send(this.calls.open(method, args, answer))
  }

  /** Ends it, as far as the server hasn't. */
  end(error: Error): void {
    if (this.over) return
    this.over = true
    clearTimeout(this.timer)
    this.socket.close()
    if (this.isUp) this.listener.linkDown(this)
    this.calls.end()
    this.options.ended(error)
  }

  private greet(): void {
    const names = Object.keys(this.methods)
    const callbacks = Object.fromEntries(names.map((name, id) => [id, ['0', name]]))
    const methods = Object.fromEntries(names.map((name) => [name, '[Function]']))
    this.send({ method: 'methods', arguments: [methods], callbacks, links: [] })
  }

  private send(frame: Frame): void {
    if (!this.over) this.socket.send(encodeFrame(frame))
  }

  private receive(chunk: string | Uint8Array): void {
    try {
      for (const line of this.lines.push(chunk)) {
        if (this.over) return
        this.handle(parse(line))
      }
    } catch (error) {
      this.end(error instanceof Error ? error : new ProtocolError(describeCause(error)))
    }
  }

  private handle({ method, arguments: args, callbacks }: Frame): void {
    if (method === 'methods') {
      this.welcome(args[0])
      return
    }
    // Functions of the server's are nothing to us: it may forget them.
    const ids = isRecord(callbacks)
      ? Object.keys(callbacks)
          .map(Number)
          .filter((id) => isIndex(id))
      : []
    if (ids.length > 0) this.send({ method: 'cull', arguments: ids })
    if (method === 'cull') this.calls.cull(args)
    else if (typeof method === 'number' && method >= Object.keys(this.methods).length) this.calls.take(method, args)
    else {
      const name = typeof method === 'number' ? Object.keys(this.methods)[method]! : method
      if (Object.hasOwn(this.methods, name)) attempt(this.methods[name], ...args)
    }
  }

  private welcome(methods: unknown): void {
    const isFirst = this.offered === undefined
    this.offered = new Set(isRecord(methods) ? Object.keys(methods) : [])
    if (!isFirst) return
    const { credentials } = this.options
    if (credentials === undefined || !this.offered.has('authenticate')) this.begin()
    else
      this.authenticate(credentials).catch((error: unknown) => {
        this.end(error instanceof Error ? error : new ConnectionError(`there are no credentials: ${describeCause(error)}`))
      })
  }

  private async authenticate(credentials: () => unknown): Promise<void> {
    const given = cleanJson(await credentials())
    const error = await new Promise((resolve) => {
      this.call('authenticate', [given], { done: resolve, failed: resolve })
    })
    if (error === null || error === undefined) this.begin()
    else throw error instanceof Error ? error : fromWireError(error)
  }

  private begin(): void {
    if (this.over) return
    clearTimeout(this.timer)
    this.isUp = true
    // Who hears that it is online may call at once.
    this.listener.linkUp(this)
    this.options.greeted()
  }
}

function parse(line: string): Frame {
  let frame: unknown
  try {
    frame = JSON.parse(line)
  } catch (cause) {
    throw new ProtocolError(`the server sent a line that is not JSON: ${excerpt(line)}`, { cause })
  }
  const { method, arguments: args } = isRecord(frame) ? frame : {}
  if (!(typeof method === 'string' || isIndex(method)) || !Array.isArray(args))
    throw new ProtocolError(`the server sent a line that is no frame: ${excerpt(line)}`)
  return frame as Frame
}
