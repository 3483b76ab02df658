import { ConnectionError, ProtocolError, type RachisError } from '../../../errors.js'
import { checkTree, encodeLine, type FrameLimits } from './frame.js'
import {
  type CallArgs,
  type CallName,
  type CallResult,
  type HelloResult,
  lineTypes,
  parseLine,
  parseResult,
  type ServerLine,
} from './protocol.js'
import { Session } from './session.js'
import type { OpenSocket, Socket } from './socket.js'
import { fromWireError } from './wire-error.js'

/** What a connection tells its owner. */
export interface ConnectionListener {
  /** The first call, `hello`, may be made. */
  opened(): void
  line(line: ServerLine): void
  /** It is over; called once at most, and not after `close`. */
  lost(error: RachisError): void
}

export interface ConnectionOptions {
  readonly limits: FrameLimits
  /** Milliseconds without a sign of life after which the connection counts as dead. Default: two and a half of the server's intervals. */
  readonly keepalive?: number | undefined
  /** Milliseconds in which the connection must be made and greeted. */
  readonly timeout: number
}

/** Beyond this a timer fires at once. */
export const longestTimer = 2 ** 31 - 1

interface PendingCall {
  readonly name: CallName
  readonly args: unknown
  readonly resolve: (result: never) => void
  readonly reject: (error: RachisError) => void
}

/** One connection, from the first byte to the last. Nothing that the server sends throws. */
export class Connection {
  private readonly socket: Socket
  private session: Session | undefined
  private readonly inFlight = new Set<PendingCall>()
  private readonly waiting: PendingCall[] = []
  private window = 1
  private depth = Infinity
  private heard = Date.now()
  private silence: number
  private timer: ReturnType<typeof setTimeout> | undefined
  private over = false

  constructor(
    open: OpenSocket,
    private readonly options: ConnectionOptions,
    private readonly listener: ConnectionListener,
  ) {
    this.silence = options.timeout
    this.socket = open({
      opened: () => {
        if (!this.over) this.begin()
      },
      received: (chunk) => {
        this.heard = Date.now()
        this.session?.receive(chunk)
      },
      ended: (reason) => {
        this.lose(new ConnectionError(reason))
      },
    })
    this.watch()
  }

  /** Rejects with the error of the server, with `ConnectionError` if the connection is lost first, or with `LimitError`. */
  call<C extends CallName>(name: C, args: CallArgs<C>): Promise<CallResult<C>> {
    return new Promise((resolve, reject) => {
      const call: PendingCall = { name, args, resolve: resolve, reject }
      if (this.over) reject(lostCall(name, false))
      else if (this.inFlight.size < this.window) this.launch(call)
      else this.waiting.push(call)
    })
  }

  /** The server has greeted: its limits and its keepalive hold from now on. */
  greeted({ limits, keepalive }: HelloResult): void {
    this.session?.limit(limits.frameBytes)
    this.window = limits.callsInFlight
    this.depth = limits.depth
    this.silence = this.options.keepalive ?? keepalive * 2.5
    this.watch()
    this.advance()
  }

  /** How many functions of ours are held for the server. */
  get callbacks(): number {
    return this.session?.callbacks ?? 0
  }

  close(): void {
    if (this.over) return
    this.over = true
    clearTimeout(this.timer)
    this.session?.end()
    this.socket.close()
    for (const { name, reject } of this.inFlight) reject(lostCall(name, true))
    for (const { name, reject } of this.waiting) reject(lostCall(name, false))
    this.inFlight.clear()
    this.waiting.length = 0
  }

  private begin(): void {
    const methods = lineTypes.map((type) => [type, (...args: unknown[]) => this.line(parseLine(type, args))] as const)
    this.session = new Session({
      limits: this.options.limits,
      methods: Object.fromEntries(methods),
      send: (line) => {
        this.socket.send(line)
      },
      ready: () => {
        if (!this.over) this.listener.opened()
      },
      fail: (error) => {
        this.lose(error)
      },
    })
  }

  private line(line: ServerLine): void {
    if (this.over) return
    if (line.type === 'ping') this.socket.send(encodeLine('pong', [{}]))
    if (line.type === 'bye') this.lose(fromWireError(line.error))
    else this.listener.line(line)
  }

  private launch(call: PendingCall): void {
    this.inFlight.add(call)
    try {
      // What the server would cut the connection for is not sent: a write would be repeated for ever.
      checkTree([call.args], this.depth)
      this.session!.call(call.name, call.args, (error, result) => {
        this.answer(call, error, result)
      })
    } catch (error) {
      this.inFlight.delete(call)
      call.reject(error as RachisError)
      this.advance()
    }
  }

  private answer(call: PendingCall, error: unknown, result: unknown): void {
    if (!this.inFlight.delete(call)) throw new ProtocolError(`the server answered a ${call.name} twice`)
    if (error !== null && error !== undefined) call.reject(fromWireError(error))
    else {
      try {
        call.resolve(parseResult(call.name, result) as never)
      } catch (broken) {
        call.reject(new ConnectionError(`${call.name}: the answer makes no sense`, true, { cause: broken }))
        throw broken
      }
    }
    this.advance()
  }

  private advance(): void {
    while (this.inFlight.size < this.window && this.waiting.length > 0) this.launch(this.waiting.shift()!)
  }

  /** Waits for `silence` milliseconds since something was last heard. */
  private watch(): void {
    clearTimeout(this.timer)
    const left = this.heard + this.silence - Date.now()
    if (left <= 0) this.lose(new ConnectionError(`nothing was heard from the server for ${this.silence} ms`))
    else {
      this.timer = setTimeout(
        () => {
          this.watch()
        },
        Math.min(left, longestTimer),
      )
    }
  }

  private lose(error: RachisError): void {
    if (this.over) return
    this.close()
    this.listener.lost(error)
  }
}

function lostCall(name: string, sent: boolean): ConnectionError {
  return new ConnectionError(`${name}: the connection was lost before the answer came`, sent)
}
