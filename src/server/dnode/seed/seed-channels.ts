import { BehaviorSubject, type Observable } from 'rxjs'
import type { Bus, BusListener, PubsubStatus } from './bus.js'
import { EventLine } from './event-line.js'
import type { SeedEvent } from './seed-event.js'

/** A client on channels. */
export interface Member {
  /** Something happened; `lines` are kept for the next member. */
  event(event: SeedEvent, lines: EventLines): void
  tell(line: EventLine): void
}

/** An event as text, made once for all who see it alike. */
export class EventLines {
  private readonly lines = new Map<object, Map<string, EventLine>>()

  constructor(private readonly event: SeedEvent) {}

  /** The line in which `model` is called by `name`; the same for all of one `view`. */
  line(view: object, name: string, model: () => object): EventLine {
    let own = this.lines.get(view)
    if (own === undefined) this.lines.set(view, (own = new Map<string, EventLine>()))
    let line = own.get(name)
    if (line === undefined) own.set(name, (line = new EventLine(name, JSON.stringify(model()), JSON.stringify(this.event.opt))))
    return line
  }
}

interface SeedChannel {
  /** False until the client has its answer: then it hears. */
  readonly members: Map<Member, boolean>
  /** How many other processes have. */
  readonly others: Map<string, number>
  /** Processes that are saying their counts anew and haven't come to this one. */
  readonly doubted: Set<string>
  readonly joined: Promise<void>
}

/** Who of this process is on which channel, and how many there are in all. */
export class SeedChannels implements BusListener {
  readonly status$: Observable<PubsubStatus>
  private readonly channels = new Map<string, SeedChannel>()
  private readonly bus: Bus | undefined

  constructor(
    connect?: (listener: BusListener) => Bus,
    private readonly onError: (error: unknown) => void = console.error,
  ) {
    this.bus = connect?.(this)
    this.status$ = this.bus?.status$ ?? new BehaviorSubject<PubsubStatus>({ state: 'alone' }).asObservable()
  }

  /** How many channels have a client of this process. */
  get size(): number {
    return this.channels.size
  }

  /** `settle` is to be called when the client has its answer. */
  async join(url: string, member: Member): Promise<{ readonly count: number; readonly settle: () => void }> {
    let channel = this.channels.get(url)
    if (channel === undefined) {
      channel = { members: new Map(), others: new Map(), doubted: new Set(), joined: this.bus?.join(url) ?? Promise.resolve() }
      this.channels.set(url, channel)
    }
    const { members } = channel
    if (members.has(member)) return { count: countOf(channel), settle: () => undefined }
    members.set(member, false)
    this.bus?.announce(url, members.size)
    await channel.joined
    const settle = (): void => {
      if (members.get(member) !== false) return
      members.set(member, true)
      this.tell(url, channel, 'subscribed')
    }
    return { count: countOf(channel), settle }
  }

  leave(url: string, member: Member): number {
    const channel = this.channels.get(url)
    if (channel === undefined) return 0
    const { members } = channel
    if (!members.delete(member)) return countOf(channel)
    const left = countOf(channel)
    this.bus?.announce(url, members.size)
    if (members.size === 0) {
      this.channels.delete(url)
      this.bus?.leave(url)
    } else this.tell(url, channel, 'unsubscribed')
    return left
  }

  publish(event: SeedEvent): void {
    if (this.bus === undefined) this.deliver(event)
    else this.bus.publish(event)
  }

  close(): Promise<void> {
    return this.bus?.close() ?? Promise.resolve()
  }

  deliver(event: SeedEvent): void {
    const channel = this.channels.get(event.url)
    if (channel === undefined) return
    const lines = new EventLines(event)
    for (const [member, isSettled] of [...channel.members]) {
      if (!isSettled) continue
      try {
        member.event(event, lines)
      } catch (error) {
        // Rules are the application's: what they throw is of this member alone.
        this.onError(error)
      }
    }
  }

  counted(url: string, process: string, count: number): void {
    const channel = this.channels.get(url)
    if (channel === undefined) return
    const before = countOf(channel)
    channel.doubted.delete(process)
    if (count > 0) channel.others.set(process, count)
    else channel.others.delete(process)
    const after = countOf(channel)
    if (after !== before) this.tell(url, channel, after > before ? 'subscribed' : 'unsubscribed')
  }

  countedAnew(process: string, part: 'begin' | 'end'): void {
    for (const [url, { others, doubted }] of this.channels) {
      if (part === 'begin') {
        if (others.has(process)) doubted.add(process)
      } else if (doubted.has(process)) this.counted(url, process, 0)
    }
  }

  lost(process: string): void {
    for (const url of [...this.channels.keys()]) this.counted(url, process, 0)
  }

  missed(): void {
    for (const [url, { members }] of this.channels) {
      const line = new EventLine('missed', JSON.stringify(url))
      for (const [member, isSettled] of [...members]) if (isSettled) member.tell(line)
    }
  }

  urls(): Iterable<string> {
    return [...this.channels.keys()]
  }

  own(url: string): number {
    return this.channels.get(url)?.members.size ?? 0
  }

  private tell(url: string, channel: SeedChannel, what: 'subscribed' | 'unsubscribed'): void {
    const line = new EventLine(what, JSON.stringify(url), String(countOf(channel)))
    for (const [member, isSettled] of [...channel.members]) if (isSettled) member.tell(line)
  }
}

function countOf({ members, others }: SeedChannel): number {
  let count = members.size
  for (const more of others.values()) count += more
  return count
}
