import { BehaviorSubject } from 'rxjs'
import { describeCause, LimitError } from '../../../errors.js'
import { randomId } from '../../../streams/internal/random-id.js'
import type { Bus, BusListener, PubsubStatus } from './bus.js'
import { type BusMessage, decodeMessage, encodeMessage } from './bus-message.js'
import { Outbound } from './outbound.js'
import { Processes } from './processes.js'
import { type RedisClient, type RedisPort, redisPort } from './redis-port.js'
import { RedisTopics } from './redis-topics.js'
import type { SeedEvent } from './seed-event.js'

/** How processes meet in Redis. */
export interface RedisBusOptions {
  readonly publish: RedisClient
  readonly subscribe: RedisClient
  /** Before the names of channels in Redis. */
  readonly prefix: string
  /** Between two signs of life; after three without, a process is gone. */
  readonly heartbeatMs: number
  readonly onError: (error: unknown) => void
}

/** Beats after which who is silent is gone. */
const leaseBeats = 3
/** How long the other processes may take to say how many clients they have. */
const countingMs = 250
/** How long a Redis may take to say goodbye to. */
const closingMs = 1_000

/**
 * Channels over Redis' publish and subscribe. Nothing is stored there: each process says how many clients it has when that changes and when it is
 * asked, and that it lives. So a Redis that is restarted or flushed has nothing to lose, and who doesn't beat any more is no longer counted.
 *
 * While Redis is there, events go the way through it to the own clients too: all processes tell them in one order. While it isn't, the own
 * clients are told at once and the others when it is back; nobody is told twice.
 */
export class RedisBus implements Bus {
  readonly status$ = new BehaviorSubject<PubsubStatus>({ state: 'connecting' })
  private readonly id = randomId()
  private readonly publisher: RedisPort
  private readonly subscriber: RedisPort
  private readonly topics: RedisTopics
  private readonly processes: Processes
  private readonly outbound: Outbound
  private readonly control: string
  /** Of the own events those that have not come back yet. */
  private readonly unheard = new Map<number, { readonly event: SeedEvent; readonly at: number }>()
  /** Who waits for the counts of others on a channel. */
  private readonly counting = new Map<string, (from: string) => void>()
  /** Called once when Redis goes away. */
  private readonly wakers = new Set<() => void>()
  private readonly timer: NodeJS.Timeout
  private seq = 0
  private heardAt = performance.now()
  private tickedAt = performance.now()
  private recount: 'free' | 'done' | 'due' = 'free'
  private closing = false

  constructor(
    private readonly options: RedisBusOptions,
    private readonly listener: BusListener,
  ) {
    const { heartbeatMs, prefix } = options
    this.control = `${prefix}:processes`
    const none = (): void => undefined
    const away = (reason: string): void => {
      this.goAway(reason)
    }
    this.publisher = redisPort(options.publish, { message: none, ready: () => this.outbound.pump(), away })
    this.subscriber = redisPort(options.subscribe, {
      message: (channel, text) => {
        this.receive(channel, text)
      },
      ready: () => {
        this.topics.again()
      },
      away,
    })
    this.topics = new RedisTopics(this.subscriber, options.onError)
    this.outbound = new Outbound(this.publisher, () => this.flows || this.closing, options.onError)
    this.processes = new Processes(leaseBeats * heartbeatMs, listener)
    void this.topics.enter(this.control).then(() => this.beat())
    this.timer = setInterval(() => {
      this.tick()
    }, heartbeatMs).unref()
  }

  async join(url: string): Promise<void> {
    if (this.isClosed) return
    const topic = this.topicOf(url)
    const entered = this.topics.enter(topic).then(() => this.count(url, topic))
    if (this.status$.value.state === 'away') return
    let wake: () => void
    const away = new Promise<void>((resolve) => this.wakers.add((wake = resolve)))
    await Promise.race([entered, away])
    this.wakers.delete(wake!)
  }

  leave(url: string): void {
    this.topics.leave(this.topicOf(url))
  }

  publish(event: SeedEvent): void {
    if (this.isClosed) {
      this.listener.deliver(event)
      return
    }
    const seq = ++this.seq
    const topic = this.topicOf(event.url)
    if (this.flows && this.topics.has(topic)) this.unheard.set(seq, { event, at: performance.now() })
    else this.listener.deliver(event)
    this.outbound.add(topic, encodeMessage({ from: this.id, type: 'event', seq, event }), seq)
  }

  announce(url: string, count: number): void {
    this.say(this.topicOf(url), { from: this.id, type: 'count', count })
  }

  async close(): Promise<void> {
    if (this.isClosed) return
    clearInterval(this.timer)
    this.goAway('the server is shutting down')
    this.status$.next({ state: 'closed' })
    this.status$.complete()
    this.closing = true
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<void>((resolve) => (timer = setTimeout(resolve, closingMs)))
    await Promise.race([this.goodbye(), tooLong])
    clearTimeout(timer)
    this.publisher.close()
    this.subscriber.close()
  }

  private async goodbye(): Promise<void> {
    if (this.publisher.isReady) {
      await this.outbound.flush()
      await this.publisher.publish(this.control, encodeMessage({ from: this.id, type: 'bye' })).catch(() => undefined)
    }
    if (this.subscriber.isReady) await this.topics.close()
  }

  private get isOnline(): boolean {
    return this.status$.value.state === 'online'
  }

  private get isClosed(): boolean {
    return this.status$.value.state === 'closed'
  }

  /** What is published comes to all processes now. */
  private get flows(): boolean {
    return this.isOnline && this.processes.areBack
  }

  private topicOf(url: string): string {
    return `${this.options.prefix}:at:${url}`
  }

  private receive(channel: string, text: string): void {
    try {
      const message = decodeMessage(text)
      if (message.from === this.id) this.hearOwn(message)
      else this.hear(message, channel.slice(this.topicOf('').length))
    } catch (error) {
      this.options.onError(error)
    }
  }

  private hearOwn(message: BusMessage): void {
    if (message.type === 'beat') this.goOnline()
    if (message.type !== 'event') return
    const unheard = this.unheard.get(message.seq)
    if (unheard === undefined) return
    this.unheard.delete(message.seq)
    this.listener.deliver(unheard.event)
  }

  private hear(message: BusMessage, url: string): void {
    const { from } = message
    if (message.type === 'bye') {
      this.processes.gone(from)
      this.showProcesses()
      return
    }
    const isNew = this.processes.lives(from)
    if (isNew) {
      this.showProcesses()
      // It may have said its counts while it was taken for dead, or before this process listened.
      this.say(this.control, { from: this.id, type: 'recount', whom: from })
      if (message.type === 'beat') this.beat()
    }
    if (message.type === 'recount' && (message.whom === this.id || message.whom === '*')) this.countAnew()
    else if (message.type === 'counts') this.listener.countedAnew(from, message.part)
    else if (message.type === 'beat') {
      // What is heard before everything is heard again says nothing of what was missed; and who has just come is about to hear.
      if (this.isOnline) this.processes.beats(from, message.hears || isNew, message.pushed)
      this.outbound.pump()
    } else if (message.type === 'event') {
      if (this.processes.isNew(from, message.seq)) this.listener.deliver(message.event)
    } else if (message.type === 'count') {
      this.listener.counted(url, from, message.count)
      this.counting.get(url)?.(from)
      if (message.ask === true && this.listener.own(url) > 0) this.announce(url, this.listener.own(url))
    }
  }

  private goOnline(): void {
    this.heardAt = performance.now()
    if (this.isOnline || this.isClosed || !this.publisher.isReady || !this.subscriber.isReady || !this.topics.isRestored) return
    this.processes.hearsAgain()
    this.status$.next({ state: 'online', since: new Date(), processes: this.processes.size + 1 })
    // What others said meanwhile was not heard, nor what this process said.
    this.say(this.control, { from: this.id, type: 'recount', whom: '*' })
    this.recount = 'free'
    this.countAnew()
    this.beat()
    this.outbound.pump()
  }

  private goAway(reason: string): void {
    const { state } = this.status$.value
    if (state === 'closed' || state === 'away') return
    this.status$.next({ state: 'away', since: new Date(), reason })
    for (const wake of this.wakers) wake()
    this.wakers.clear()
    this.processes.allAway()
    this.deliverUnheard(Infinity)
    // What others say is lost here: they had better wait.
    this.beat()
  }

  private tick(): void {
    const now = performance.now()
    const { heartbeatMs } = this.options
    const lease = leaseBeats * heartbeatMs
    // A process that was busy has not listened: nobody can be blamed for that.
    if (now - this.tickedAt > 2 * heartbeatMs) {
      this.heardAt = now
      this.processes.refresh()
    }
    this.tickedAt = now
    const isDue = this.recount === 'due'
    this.recount = 'free'
    if (isDue) this.countAnew()
    if (now - this.heardAt > lease) this.goAway(`Redis has not answered for ${Math.round(now - this.heardAt)} ms`)
    if (this.isOnline && this.processes.expire()) this.showProcesses()
    this.deliverUnheard(now - lease)
    this.outbound.pump()
    this.beat()
  }

  /** What doesn't come back came to nobody: the subscription was interrupted. */
  private deliverUnheard(before: number): void {
    for (const [seq, { event, at }] of this.unheard) {
      if (at > before) return
      this.unheard.delete(seq)
      this.listener.deliver(event)
    }
  }

  private beat(): void {
    this.say(this.control, { from: this.id, type: 'beat', hears: this.isOnline, pushed: this.outbound.pushed })
  }

  /** Says all counts: at once, and then once a beat. */
  private countAnew(): void {
    if (this.recount !== 'free') this.recount = 'due'
    else {
      this.recount = 'done'
      this.say(this.control, { from: this.id, type: 'counts', part: 'begin' })
      for (const url of this.listener.urls()) this.announce(url, this.listener.own(url))
      this.say(this.control, { from: this.id, type: 'counts', part: 'end' })
    }
  }

  /** Resolves when all others on the channel have said how many clients they have, or when it takes too long. */
  private async count(url: string, topic: string): Promise<void> {
    const heard = new Set<string>()
    let missing = Infinity
    const counted = new Promise<void>((resolve) => {
      const check = (): void => {
        if (heard.size >= missing) resolve()
      }
      this.counting.set(url, (from) => {
        heard.add(from)
        check()
      })
      const count = this.listener.own(url)
      this.publisher.publish(topic, encodeMessage({ from: this.id, type: 'count', count, ask: true })).then(
        (receivers) => {
          missing = receivers - 1
          check()
        },
        () => {
          resolve()
        },
      )
      setTimeout(resolve, countingMs).unref()
    })
    await counted
    this.counting.delete(url)
  }

  /** Says what is only of use now. */
  private say(channel: string, message: BusMessage): void {
    if (!this.publisher.isReady || this.isClosed) return
    this.publisher.publish(channel, encodeMessage(message)).catch((error: unknown) => {
      if (this.publisher.isReady) this.options.onError(new LimitError(`Redis refused a message: ${describeCause(error)}`, 'redis'))
    })
  }

  private showProcesses(): void {
    const { value } = this.status$
    const processes = this.processes.size + 1
    if (value.state === 'online' && value.processes !== processes) this.status$.next({ ...value, processes })
  }
}
