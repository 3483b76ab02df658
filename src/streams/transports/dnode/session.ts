import Dnode from 'dnode/lib/dnode.js'
import { describeCause, LimitError, ProtocolError, RachisError } from '../../../errors.js'
import { encodeFrame, type FrameLimits, readFrame } from './frame.js'
import { decodeItem, needsDecoding } from './item-codec.js'
import { isRecord } from './json-shape.js'
import { LineSplitter, takesMore } from './lines.js'

/** What a session needs from the connection around it. */
export interface SessionOptions {
  /** What the other side may send. */
  readonly limits: FrameLimits
  /** Called by name; what one throws ends up in `fail`. */
  readonly methods: Readonly<Record<string, (...args: unknown[]) => void>>
  /** Sends a line. */
  readonly send: (line: string) => void
  /** dnode runs: calls may be made. */
  readonly ready: () => void
  /** The session can't go on. */
  readonly fail: (error: RachisError) => void
}

/** The client's end of a dnode connection: framing and checks of our own around the package. */
export class Session {
  private readonly dnode: InstanceType<typeof Dnode>
  private readonly lines: LineSplitter
  private greeted = false
  private ended = false
  private sendLimit = Infinity

  constructor(private readonly options: SessionOptions) {
    this.lines = new LineSplitter(options.limits.frameBytes)
    this.dnode = new Dnode(options.methods, { weak: false, emit: 'object' })
    let started = false
    this.dnode.on('data', (frame) => {
      this.send(frame)
      // The first frame is dnode's own greeting, which it sends as soon as it runs.
      if (started) return
      started = true
      options.ready()
    })
    this.dnode.on('fail', this.fail)
    this.dnode.on('error', this.fail)
  }

  /** Lines of more than `bytes` bytes throw `LimitError` instead of being sent. */
  limit(bytes: number): void {
    this.sendLimit = bytes
  }

  /** Takes what has arrived; anything that is wrong with it ends up in `fail`. */
  receive(chunk: string | Uint8Array): void {
    try {
      for (const line of this.lines.push(chunk)) {
        if (this.ended) return
        this.handle(line)
      }
    } catch (error) {
      this.fail(error)
    }
  }

  /** Calls a method of the other side by name; `answer` is called once at most. Throws `LimitError` if the line is too long. */
  call(method: string, args: unknown, answer: (...result: unknown[]) => void): void {
    const { local } = this.dnode.proto.callbacks
    const before = local.length
    try {
      this.dnode.proto.request(method, [args, answer])
    } catch (error) {
      local.length = before
      throw error
    }
  }

  /** How many of our functions the other side may call, its greeting's included. */
  get callbacks(): number {
    return this.dnode.proto.callbacks.local.length
  }

  end(): void {
    this.ended = true
    this.dnode.end()
  }

  private handle(line: string): void {
    const { method, arguments: args, callbacks = {} } = readFrame(line, this.options.limits)
    if (method === 'methods') {
      if (this.greeted) throw new ProtocolError('the other side greeted twice')
      this.greeted = true
      // What can be called is known from the protocol.
      return
    }
    if (!isRecord(callbacks) || Object.keys(callbacks).length > 0)
      throw new ProtocolError('the server passed a callback, which no line of it has')
    if (needsDecoding(line)) decodeItem(args)
    this.dnode.handle({ method, arguments: args })
    if (method === 'cull') this.trim()
  }

  /** dnode searches all numbers it ever gave for each call: those at the end that are free again are given back. */
  private trim(): void {
    const { local } = this.dnode.proto.callbacks
    let length = local.length
    while (length > 0 && !(length - 1 in local)) length--
    local.length = length
  }

  private send(frame: object): void {
    if (this.ended) return
    const line = encodeFrame(frame)
    if (takesMore(line, this.sendLimit))
      throw new LimitError(`a call is over the server's ${this.sendLimit} bytes: send less at once`, 'frameBytes', this.sendLimit)
    this.options.send(line)
  }

  private readonly fail = (cause: unknown): void => {
    if (this.ended) return
    this.end()
    this.options.fail(cause instanceof RachisError ? cause : new ProtocolError(describeCause(cause), { cause }))
  }
}
