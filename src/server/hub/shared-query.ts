import { Subscriber } from 'rxjs'
import { ArgumentError, describeCause } from '../../errors.js'
import type { Cursor } from '../../streams/cursor.js'
import type { FeedEvent, Key } from '../../streams/event.js'
import { picker, sameFields } from '../../streams/operators/fields.js'
import { queryHash, type Query } from '../../streams/query.js'
import type { Channel } from './channel.js'
import type { Item } from './channel-store.js'
import { Frame } from './frame.js'
import { entryText, itemText, markLine, putLines, resumeLine, snapLines } from './lines.js'
import { Ring } from './ring.js'
import { isInternal } from './told-error.js'

const ringKeys = 20_000
/** About how many characters of lines go into one message. */
const messageLength = 256 * 1024

/** What a shared query needs of the hub. */
export interface QueryHost {
  /** The query has something new, or has ended. */
  changed(query: SharedQuery): void
  /** The texts of items, for as long as they may be of use to several queries. */
  texts(fields: string): Map<Item, string>
  /** Something failed that clients can't be told. */
  report(error: unknown): void
}

/**
 * One distinct query of one channel, for all its subscribers: its state in memory, each turn encoded once, and the keys that the latest
 * turns touched, for those who come back.
 */
export class SharedQuery {
  /** Why it can't go on, once it has ended. */
  error: unknown
  ended = false
  /** It has a first whole state. */
  ready = false
  /** Its members have been told that it is ready. */
  announced = false
  /** The keys of the turns that `flush` has just encoded. */
  flushed: readonly Key[] = []
  readonly queryHash: string
  private readonly items = new Map<Key, Item>()
  /** Keys touched since the last flush, and whether subscribers have an item under them. */
  private dirty = new Map<Key, boolean>()
  private ring: Ring | undefined
  private committed: Cursor = {}
  private readonly unsendable = new WeakSet<Item>()
  private readonly snapshots = new Map<number, readonly Frame[]>()
  private readonly source: Subscriber<FeedEvent<Item>>
  private readonly pick: (item: Item) => Item
  private readonly same: (a: Item, b: Item) => boolean
  private readonly fields: string

  constructor(
    readonly qid: number,
    /** What two subscriptions share if it is the same. */
    readonly name: string,
    readonly channel: Channel,
    readonly query: Query<Item>,
    private readonly host: QueryHost,
  ) {
    const { fields: names } = query
    // Names the channel too: the answer to "what changed since" depends on all of it.
    this.queryHash = queryHash({ filter: { name } })
    this.pick = names === undefined ? (item) => item : picker<Item>(names)
    this.same = names === undefined ? () => false : sameFields(names)
    this.fields = names === undefined ? '' : JSON.stringify(names)
    this.source = new Subscriber<FeedEvent<Item>>({
      next: (event: FeedEvent<Item>) => {
        this.receive(event)
      },
      error: (error: unknown) => {
        this.end(error)
      },
      // A completed feed stands still, and so does what its subscribers see.
      complete: () => undefined,
    })
  }

  /** How many rows it has. */
  get size(): number {
    return this.items.size
  }

  /** Whether a window cuts what the filter matches. */
  get windowed(): boolean {
    return this.query.limit !== undefined || this.query.skip !== undefined
  }

  open(): void {
    this.channel.feed(this.query).subscribe(this.source)
  }

  close(): void {
    this.ended = true
    this.source.unsubscribe()
    this.items.clear()
    this.snapshots.clear()
  }

  /** The position that its state has reached. */
  cursor(): Cursor {
    return { ...this.committed, ...this.channel.cursor() }
  }

  /** Encodes what the turns since the last flush did; `''` if that is nothing. */
  flush(): string {
    const { dirty } = this
    const cursor = this.cursor()
    this.ring ??= new Ring(cursor, ringKeys)
    this.flushed = []
    if (dirty.size === 0) return ''
    this.dirty = new Map()
    const keys: Key[] = []
    for (const [key, known] of dirty) if (known || this.items.has(key)) keys.push(key)
    if (keys.length === 0) return ''
    this.flushed = keys
    this.ring.push(cursor, keys)
    return this.linesOf(keys)
  }

  /** Puts and deletes that lead to the present state whoever knows the state before `keys` were touched. */
  linesOf(keys: Iterable<Key>): string {
    const entries: string[] = []
    const deleted: Key[] = []
    for (const key of keys) {
      const item = this.items.get(key)
      if (item === undefined) deleted.push(key)
      else {
        const entry = this.entry(key, item)
        if (entry === undefined) deleted.push(key)
        else entries.push(entry)
      }
    }
    return entries.length === 0 && deleted.length === 0 ? '' : putLines(this.qid, entries, deleted)
  }

  /** The messages of a snapshot for the subscription `sid`, without its mark; the same for everybody who calls it so, until the next turn. */
  snapshot(sid: number): readonly Frame[] {
    const known = this.snapshots.get(sid)
    if (known !== undefined) return known
    const entries: string[] = []
    for (const [key, item] of this.items) {
      const entry = this.entry(key, item)
      if (entry !== undefined) entries.push(entry)
    }
    const frames: Frame[] = []
    let text = ''
    for (const line of snapLines(sid, this.qid, this.queryHash, entries)) {
      if (text.length > messageLength) {
        frames.push(Frame.of(text))
        text = ''
      }
      text += line
    }
    frames.push(Frame.of(text))
    if (this.snapshots.size < 8) this.snapshots.set(sid, frames)
    return frames
  }

  /** The message with which somebody goes on who knows the state before `keys` were touched. */
  resumption(sid: number, keys: Iterable<Key>): Frame {
    return Frame.of(resumeLine(sid, this.qid, this.queryHash) + this.linesOf(keys) + markLine(this.cursor()))
  }

  /** The keys touched since `cursor`, if that is remembered here. After a flush. */
  touchedSince(cursor: Cursor): Set<Key> | undefined {
    const reached = this.cursor()
    // A position that this history has not reached yet is of another one.
    for (const root of Object.keys(reached)) if ((cursor[root] ?? '') > reached[root]!) return undefined
    return this.ring?.since(cursor)
  }

  /** `undefined` for an item that no wire can carry: to clients it isn't there, and the others are undisturbed. */
  private entry(key: Key, item: Item): string | undefined {
    const texts = this.host.texts(this.fields)
    let text = texts.get(item)
    if (text === undefined) texts.set(item, (text = this.textOf(key, item)))
    return text === '' ? undefined : entryText(key, text)
  }

  private textOf(key: Key, item: Item): string {
    try {
      return itemText(this.pick(item))
    } catch (cause) {
      if (!this.unsendable.has(item)) {
        this.unsendable.add(item)
        this.host.report(
          new ArgumentError(`the item ${JSON.stringify(key)} of ${this.channel.name} can't be sent: ${describeCause(cause)}`, { cause }),
        )
      }
      return ''
    }
  }

  private receive(event: FeedEvent<Item>): void {
    switch (event.type) {
      case 'reset':
        for (const key of this.items.keys()) this.touch(key, true)
        this.items.clear()
        return
      case 'commit':
        this.committed = event.cursor
        this.ready = true
        this.host.changed(this)
        return
      case 'publish':
        this.touch(event.id, false)
        this.items.set(event.id, event.item)
        return
      case 'change':
        if (!this.same(event.previous, event.item)) this.touch(event.id, true)
        this.items.set(event.id, event.item)
        return
      case 'retract':
        this.touch(event.id, true)
        this.items.delete(event.id)
    }
  }

  private touch(key: Key, known: boolean): void {
    this.snapshots.clear()
    // The state before the first commit was never sent.
    if (this.ready && !this.dirty.has(key)) this.dirty.set(key, known)
  }

  private end(error: unknown): void {
    this.error = error
    this.ended = true
    if (isInternal(error)) this.host.report(error)
    this.host.changed(this)
  }
}
