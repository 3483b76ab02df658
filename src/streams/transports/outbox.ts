import { ConnectionError, describeCause, LimitError, RachisError } from '../../errors.js'

interface Entry<W> {
  readonly write: W
  readonly resolve: (result: never) => void
  readonly reject: (error: RachisError) => void
  flying: boolean
  /** It went out once: whether it was carried out is unknown until it is answered. */
  sent: boolean
}

/**
 * Writes in order, from the call to the answer. While there is no connection they wait; what was not answered when one was lost goes out
 * again, first, in the same order, on the next. A refused write rejects and holds up nobody. O(1) a write.
 */
export class Outbox<W> {
  private readonly entries = new Set<Entry<W>>()
  private send: ((write: W) => Promise<unknown>) | undefined
  private window = 0
  private flying = 0

  /** At most `limit` writes wait for their answers; one more rejects with `LimitError`. */
  constructor(private readonly limit: number) {}

  /** How many writes have no answer yet. */
  get size(): number {
    return this.entries.size
  }

  /** Resolves or rejects with the answer, however many connections it takes. */
  add(write: W): Promise<unknown> {
    if (this.entries.size >= this.limit)
      return Promise.reject(new LimitError(`${this.limit} writes wait already: await some`, 'outbox', this.limit))
    return new Promise((resolve, reject) => {
      this.entries.add({ write, resolve, reject, flying: false, sent: false })
      this.pump()
    })
  }

  /** There is a connection: sends through it, at most `window` at a time. A `send` that rejects after `pause` counts as unanswered. */
  open(send: (write: W) => Promise<unknown>, window = Infinity): void {
    for (const entry of this.entries) entry.flying = false
    this.flying = 0
    this.send = send
    this.window = window
    this.pump()
  }

  /** The connection is gone. */
  pause(): void {
    this.send = undefined
  }

  /** Gives up all writes, each with the error that `make` gives it. */
  clear(make: (sent: boolean) => RachisError): void {
    const entries = [...this.entries]
    this.entries.clear()
    for (const entry of entries) entry.reject(make(entry.sent))
  }

  private pump(): void {
    for (const entry of this.entries) {
      if (!this.send || this.flying >= this.window) return
      if (!entry.flying) this.launch(entry, this.send)
    }
  }

  private launch(entry: Entry<W>, send: (write: W) => Promise<unknown>): void {
    entry.flying = entry.sent = true
    this.flying++
    send(entry.write).then(
      (result) => {
        if (this.land(entry, send)) entry.resolve(result as never)
      },
      (error: unknown) => {
        // Of a lost connection nothing follows: the write stays and is repeated.
        if (this.send !== send) return
        if (this.land(entry, send))
          entry.reject(error instanceof RachisError ? error : new ConnectionError(describeCause(error), true, { cause: error }))
      },
    )
  }

  /** An answer has come; `false` if the write was given up. */
  private land(entry: Entry<W>, send: unknown): boolean {
    const waited = this.entries.delete(entry)
    if (this.send === send) {
      this.flying--
      this.pump()
    }
    return waited
  }
}
