import { LimitError } from '../../../errors.js'
import type { RedisPort } from './redis-port.js'

interface Waiting {
  readonly seq: number
  readonly channel: string
  readonly text: string
}

/** How many events wait for a Redis that is away, and of how many characters in all. */
const mostWaiting = 10_000
const mostCharacters = 64 << 20
const atOnce = 256
/** A message that is refused so often, although Redis is there, is not accepted. */
const attempts = 3

/** Messages on their way to Redis, in order: what it has not confirmed is sent again. */
export class Outbound {
  /** The newest that has been handed to Redis, or given up. */
  pushed = 0
  private waiting: Waiting[] = []
  private characters = 0
  private running: Promise<void> | undefined
  private failures = 0
  private lost = 0

  constructor(
    private readonly port: RedisPort,
    /** Whether those that it is for hear it. */
    private readonly mayGo: () => boolean,
    private readonly onError: (error: unknown) => void,
  ) {}

  add(channel: string, text: string, seq: number): void {
    this.waiting.push({ seq, channel, text })
    this.characters += text.length
    while (this.waiting.length > mostWaiting || (this.characters > mostCharacters && this.waiting.length > 1)) {
      const oldest = this.waiting.shift()!
      this.characters -= oldest.text.length
      this.pushed = Math.max(this.pushed, oldest.seq)
      if (this.lost++ === 0)
        this.onError(new LimitError(`more than ${mostWaiting} events, or ${mostCharacters} characters, wait for Redis: the oldest are lost to other processes`, 'waiting', mostWaiting)) // prettier-ignore
    }
    this.pump()
  }

  /** Goes on, if it can and doesn't already. */
  pump(): void {
    if (this.running !== undefined || this.waiting.length === 0 || !this.isPossible()) return
    this.running = this.run().finally(() => {
      this.running = undefined
    })
  }

  /** Resolves when all is sent, or can't be. */
  async flush(): Promise<void> {
    this.pump()
    await this.running
  }

  private isPossible(): boolean {
    return this.port.isReady && this.mayGo()
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0 && this.isPossible()) {
      const batch = this.waiting.slice(0, atOnce)
      this.pushed = Math.max(this.pushed, batch.at(-1)!.seq)
      try {
        await Promise.all(batch.map(({ channel, text }) => this.port.publish(channel, text)))
        this.remove(batch)
        this.failures = 0
        this.lost = 0
      } catch (error) {
        // Of a connection that was lost; or else Redis refuses it.
        if (!this.isPossible()) return
        if (++this.failures < attempts) continue
        this.failures = 0
        this.remove(batch)
        this.onError(error)
      }
    }
  }

  /** The oldest may have been given up meanwhile. */
  private remove(batch: readonly Waiting[]): void {
    const sent = new Set(batch)
    this.waiting = this.waiting.filter((message) => !sent.has(message))
    this.characters = this.waiting.reduce((sum, { text }) => sum + text.length, 0)
  }
}
