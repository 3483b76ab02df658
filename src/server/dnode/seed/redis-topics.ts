import type { RedisPort } from './redis-port.js'

interface Topic {
  isWanted: boolean
  isEntered: boolean
  /** Subscribing and unsubscribing, one after the other. */
  work: Promise<unknown>
}

/** What this process has subscribed to in Redis. */
export class RedisTopics {
  private readonly topics = new Map<string, Topic>()

  /** Of the newest connection: whether what is wanted on it has been asked for. */
  private restoring: Promise<unknown> | undefined

  constructor(
    private readonly port: RedisPort,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Whether everything that was wanted before an outage comes again, or is refused. */
  get isRestored(): boolean {
    return this.restoring === undefined
  }

  /** Whether messages of `name` come. */
  has(name: string): boolean {
    return this.topics.get(name)?.isEntered === true
  }

  /** Resolves when messages of `name` come; while Redis is away it waits. */
  async enter(name: string): Promise<void> {
    let topic = this.topics.get(name)
    if (topic === undefined) this.topics.set(name, (topic = { isWanted: true, isEntered: false, work: Promise.resolve() }))
    topic.isWanted = true
    const own = topic
    await this.after(own, async () => {
      if (!own.isWanted || own.isEntered) return
      await this.port.subscribe(name)
      own.isEntered = true
    })
  }

  leave(name: string): void {
    const topic = this.topics.get(name)
    if (topic === undefined) return
    topic.isWanted = false
    void this.after(topic, async () => {
      if (topic.isWanted) return
      topic.isEntered = false
      await this.port.unsubscribe(name)
      // It may be wanted again by now.
      if (!(topic as { readonly isWanted: boolean }).isWanted && this.topics.get(name) === topic) this.topics.delete(name)
    })
  }

  /** The connection is a new one: what is wanted is subscribed to again, in case the client doesn't. */
  again(): void {
    const works = [...this.topics].map(([name, topic]) => {
      topic.isEntered = false
      // What couldn't be left.
      if (!topic.isWanted) this.leave(name)
      return this.after(topic, async () => {
        if (!topic.isWanted || topic.isEntered) return
        await this.port.subscribe(name)
        topic.isEntered = true
      })
    })
    const restoring = Promise.all(works).then(() => {
      if (this.restoring === restoring) this.restoring = undefined
    })
    this.restoring = restoring
  }

  async close(): Promise<void> {
    const names = [...this.topics.keys()]
    this.topics.clear()
    await Promise.all(names.map((name) => this.port.unsubscribe(name).catch(() => undefined)))
  }

  /** What fails is done again when the connection is back. */
  private after(topic: Topic, work: () => Promise<void>): Promise<void> {
    const result = topic.work.then(work)
    topic.work = result.catch((error: unknown) => {
      if (this.port.isReady) this.onError(error)
    })
    return topic.work as Promise<void>
  }
}
