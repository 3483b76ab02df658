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

  constructor(private readonly port: RedisPort) {}

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
    for (const [name, topic] of this.topics) {
      topic.isEntered = false
      if (!topic.isWanted) continue
      void this.after(topic, async () => {
        if (!topic.isWanted) return
        await this.port.subscribe(name)
        topic.isEntered = true
      })
    }
  }

  async close(): Promise<void> {
    const names = [...this.topics.keys()]
    this.topics.clear()
    await Promise.all(names.map((name) => this.port.unsubscribe(name).catch(() => undefined)))
  }

  /** What fails is done again when the connection is back. */
  private after(topic: Topic, work: () => Promise<void>): Promise<void> {
    const result = topic.work.then(work)
    topic.work = result.catch(() => undefined)
    return topic.work as Promise<void>
  }
}
