import Dnode from 'dnode/lib/dnode.js'
import { LimitError, ProtocolError, RachisError } from '../../errors.js'
import { encodeFrame, type FrameLimits, parseFrame } from '../../streams/transports/dnode/frame.js'
import { LineSplitter } from '../../streams/transports/dnode/lines.js'

/** A callback that the client passed: its number, under which it is answered. */
export type AnswerId = number

/** What the server's end of a dnode connection needs from the session around it. */
export interface ServerDnodeOptions {
  readonly limits: FrameLimits
  /** How many callbacks of the client may be unanswered. */
  readonly maxCallbacks: number
  readonly methods: readonly string[]
  /** The client calls a method; `answer` is missing if it passed no callback. */
  readonly call: (method: string, args: unknown, answer: AnswerId | undefined) => void
  readonly send: (line: string) => void
  /** The client broke the protocol; nothing more is read. */
  readonly fail: (error: RachisError) => void
}

/**
 * The server's end of a dnode connection: lines in, checked frames to the `dnode` package, calls out. It never throws, whatever comes.
 * Answers are lines of our own, followed by the `cull` that frees the callback at both ends.
 */
export class ServerDnode {
  private readonly dnode: InstanceType<typeof Dnode>
  private readonly lines: LineSplitter
  private readonly ids = new WeakMap<object, AnswerId>()
  private callbacks = 0
  private greeted = false
  private ended = false

  constructor(private readonly options: ServerDnodeOptions) {
    this.lines = new LineSplitter(options.limits.frameBytes)
    const methods = Object.fromEntries(
      options.methods.map((method) => [
        method,
        (args: unknown, callback: unknown) => {
          options.call(method, args, typeof callback === 'function' ? this.ids.get(callback) : undefined)
        },
      ]),
    )
    this.dnode = new Dnode(methods, {
      weak: false,
      emit: 'object',
      proto: {
        wrap: (callback, id) => {
          this.ids.set(callback, id)
          this.callbacks++
          return callback
        },
      },
    })
    this.dnode.on('data', (frame) => {
      if (!this.ended) options.send(encodeFrame(frame))
    })
    const fail = (error: Error): void => {
      this.fail(error)
    }
    this.dnode.on('fail', fail)
    this.dnode.on('error', fail)
  }

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

  /** The lines that answer a callback and free it. */
  answerLines(id: AnswerId, error: unknown, result: string): string {
    if (id in this.dnode.proto.callbacks.remote) {
      Reflect.deleteProperty(this.dnode.proto.callbacks.remote, id)
      this.callbacks--
    }
    const args = error === undefined ? `null,${result}` : JSON.stringify(error)
    return `{"method":${id},"arguments":[${args}]}\n{"method":"cull","arguments":[${id}]}\n`
  }

  end(): void {
    this.ended = true
    this.dnode.end()
  }

  private handle(line: string): void {
    const frame = parseFrame(line, this.options.limits)
    if (frame.method === 'methods') {
      if (this.greeted) throw new ProtocolError('the client greeted twice')
      this.greeted = true
    }
    this.dnode.handle(frame)
    const { maxCallbacks } = this.options
    if (this.callbacks > maxCallbacks) throw new LimitError(`more than ${maxCallbacks} callbacks are unanswered`, 'callbacks', maxCallbacks)
  }

  private fail(error: unknown): void {
    if (this.ended) return
    this.end()
    this.options.fail(error instanceof RachisError ? error : new ProtocolError('a frame could not be handled', { cause: error }))
  }
}
