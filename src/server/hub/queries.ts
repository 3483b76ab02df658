import type { Query } from '../../streams/query.js'
import { canonicalQuery } from '../../streams/query.js'
import type { Channel } from './channel.js'
import type { Item } from './channel-store.js'
import type { Connection } from './connection.js'
import { Frame } from './frame.js'
import { cursorOf, type Group, Groups } from './group.js'
import { markLine } from './lines.js'
import { type QueryHost, SharedQuery } from './shared-query.js'

/** How long, and how many, queries that nobody has live on, for clients that come back. */
export interface Lingering {
  readonly lingerMs: number
  readonly mostIdle: number
}

interface Entry {
  readonly members: Set<Connection>
  idle: NodeJS.Timeout | undefined
}

/**
 * The shared queries of a hub, and their flush: the turns of one tick become one line for each query and one frame for all connections that
 * have the same of these queries.
 */
export class Queries implements QueryHost {
  private readonly byName = new Map<string, SharedQuery>()
  private readonly entries = new Map<SharedQuery, Entry>()
  private readonly idle = new Set<SharedQuery>()
  private readonly dirty = new Set<SharedQuery>()
  private readonly groups = new Groups()
  private readonly encoded = new Map<string, Map<Item, string>>()
  private scheduled: NodeJS.Immediate | undefined
  private lastQid = 0

  constructor(
    private readonly lingering: Lingering,
    readonly report: (error: unknown) => void,
  ) {}

  /** How many are live, lingering ones included. */
  get size(): number {
    return this.entries.size
  }

  /** The shared query as it is now, if there is one. */
  find(channel: Channel, query: Query<Item>): SharedQuery | undefined {
    return this.byName.get(nameOf(channel, query))
  }

  join(connection: Connection, channel: Channel, query: Query<Item>): SharedQuery {
    const name = nameOf(channel, query)
    let shared = this.byName.get(name)
    if (shared === undefined) {
      shared = new SharedQuery(++this.lastQid, name, channel, query, this)
      this.byName.set(name, shared)
      this.entries.set(shared, { members: new Set([connection]), idle: undefined })
      try {
        shared.open()
      } catch (error) {
        // A query that the store refuses must not be found by who asks next.
        this.drop(shared)
        throw error
      }
      return shared
    }
    const entry = this.entries.get(shared)!
    entry.members.add(connection)
    clearTimeout(entry.idle)
    this.idle.delete(shared)
    return shared
  }

  leave(connection: Connection, query: SharedQuery): void {
    const entry = this.entries.get(query)
    if (entry === undefined) return
    entry.members.delete(connection)
    if (entry.members.size > 0) return
    this.idle.add(query)
    entry.idle = setTimeout(() => {
      this.drop(query)
    }, this.lingering.lingerMs).unref()
    for (const oldest of this.idle) {
      if (this.idle.size <= this.lingering.mostIdle) break
      this.drop(oldest)
    }
  }

  regroup(connection: Connection, left: Group | undefined, queries: ReadonlySet<SharedQuery>): Group | undefined {
    return this.groups.move(connection, left, queries)
  }

  changed(query: SharedQuery): void {
    this.dirty.add(query)
    this.scheduled ??= setImmediate(() => {
      this.flush()
    })
  }

  texts(fields: string): Map<Item, string> {
    let texts = this.encoded.get(fields)
    if (texts === undefined) this.encoded.set(fields, (texts = new Map<Item, string>()))
    // The flush that is now certain to come forgets them.
    this.scheduled ??= setImmediate(() => {
      this.flush()
    })
    return texts
  }

  /** Sends what the turns since the last flush did. Never inside of a turn. */
  flush(): void {
    clearImmediate(this.scheduled)
    this.scheduled = undefined
    if (this.dirty.size > 0) this.send()
    this.encoded.clear()
  }

  close(): void {
    clearImmediate(this.scheduled)
    for (const query of [...this.entries.keys()]) this.drop(query)
  }

  private send(): void {
    const dirty = [...this.dirty]
    this.dirty.clear()
    const lines = new Map<SharedQuery, string>()
    const groups = new Set<Group>()
    const news: SharedQuery[] = []
    for (const query of dirty) {
      if (query.ended || !query.announced) news.push(query)
      if (query.ended) continue
      const text = query.flush()
      if (text === '') continue
      lines.set(query, text)
      for (const group of this.groups.of(query)) {
        group.touched.push(query)
        groups.add(group)
      }
    }
    const frames = new Map<string, Frame>()
    for (const group of groups) {
      const { touched } = group
      group.touched = []
      const name = touched.map(({ qid }) => qid).join()
      let frame = frames.get(name)
      if (frame === undefined) {
        frame = Frame.of(touched.map((query) => lines.get(query)!).join('') + markLine(cursorOf(touched)))
        frames.set(name, frame)
      }
      for (const connection of group.connections) connection.outlet.deliver(frame, touched)
    }
    for (const query of news) this.announce(query)
  }

  /** Tells its members that a query is ready, or has ended. */
  private announce(query: SharedQuery): void {
    query.announced = true
    const members = [...(this.entries.get(query)?.members ?? [])]
    if (query.ended) this.drop(query)
    for (const connection of members) connection.queryChanged(query)
  }

  private drop(query: SharedQuery): void {
    clearTimeout(this.entries.get(query)?.idle)
    this.entries.delete(query)
    this.idle.delete(query)
    this.dirty.delete(query)
    if (this.byName.get(query.name) === query) this.byName.delete(query.name)
    query.close()
  }
}

/** The canonical text holds the base filter and the readable fields, so users of different rights share nothing. */
function nameOf(channel: Channel, query: Query<Item>): string {
  return `${JSON.stringify(channel.name)} ${canonicalQuery(query)}`
}
