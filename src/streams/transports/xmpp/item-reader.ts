import { ArgumentError, ConnectionError, MissingError, RachisError, ValidationError, describeCause, LimitError } from '../../../errors.js'
import type { Key } from '../../event.js'
import { reportLater } from '../../internal/turns.js'
import type { Page, PageRange } from '../../node.js'
import type { XmppCodec } from './codecs/codec.js'
import { discoItemsRequest, parseDiscoItems } from './disco.js'
import { rawTextOf } from './dom.js'
import { type ItemsRange, itemsRequest } from './pubsub-requests.js'
import { type ItemsResult, parseItems, type RawItem } from './pubsub-results.js'
import type { XmppSession } from './session.js'

/** An item that could not be read; the feed goes on without it. */
export interface BadItem {
  readonly node: string
  /** The item's id, if it had one. */
  readonly id: Key | undefined
  /** What arrived, as text. */
  readonly raw: string
  readonly error: RachisError
}

/** Where a node is, and how its items are read. */
export interface ReaderOptions<T extends object> {
  readonly service: string
  readonly node: string
  readonly codec: XmppCodec<T>
  /** How many items one request asks for, where the server has pages. Without, everything is asked for at once. */
  readonly pageSize: number | undefined
  readonly onBadItem: (bad: BadItem) => void
}

type Entries<T> = (readonly [Key, T])[]

/** How many items are asked for by id in one request. */
const idsAtOnce = 200
/** How many items a page has where nothing else was asked for. */
const defaultPage = 1000

/** Reads the items of a node as the server has them: all, some by id, or a page. */
export class ItemReader<T extends object> {
  /** How a server without pages (XEP-0059) lists ids: Prosody the newest first. Unknown until one was asked for more than one item. */
  private newestFirst: boolean | undefined

  private pageSize: number | undefined

  constructor(
    private readonly session: XmppSession,
    private readonly options: ReaderOptions<T>,
  ) {
    this.pageSize = options.pageSize
  }

  /** The item, or `undefined` if it can't be read: that is reported. */
  decode(raw: RawItem): T | undefined {
    const { id, payload } = raw
    try {
      if (!payload) throw new ValidationError('an item without payload')
      return this.options.codec.decode(payload, raw)
    } catch (cause) {
      this.report(id, payload ? rawTextOf(payload) : '', cause)
      return undefined
    }
  }

  report(id: Key | undefined, raw: string, cause: unknown): void {
    const { node, onBadItem } = this.options
    const error =
      cause instanceof RachisError ? cause : new ValidationError(`an item of ${node} can't be read: ${describeCause(cause)}`, {}, { cause })
    try {
      onBadItem({ node, id, raw, error })
    } catch (thrown) {
      reportLater(thrown)
    }
  }

  /** Everything, in parts: one where nothing else was asked for and the server gives it in time, else pages where it has them. Until `take` doesn't want more. */
  async all(take: (part: Entries<T>) => boolean): Promise<void> {
    try {
      await this.parts(this.pageSize, take)
    } catch (error) {
      // It was too much at once, if the connection stands.
      const tooMuch = error instanceof LimitError || (error instanceof ConnectionError && this.session.status.value.state === 'online')
      if (this.pageSize !== undefined || !tooMuch) throw error
      this.pageSize = defaultPage
      await this.parts(defaultPage, take)
    }
  }

  private async parts(max: number | undefined, take: (part: Entries<T>) => boolean): Promise<void> {
    const seen = new Set<Key>()
    for (let after: string | undefined; ;) {
      const { items, rsm } = await this.pageAfter(after, max)
      if (!take(this.entries(items))) return
      const before = seen.size
      for (const { id } of items) seen.add(id)
      // A count may be a guess (XEP-0059 §2.7): of a full page it is not believed.
      const isAll = after === undefined && items.length === rsm?.count && items.length < (max ?? Infinity)
      // Marks may lead round in a circle, or nowhere: a page that brings nothing new is the last.
      if (rsm?.last === undefined || seen.size === before || isAll) return
      after = rsm.last
    }
  }

  private async pageAfter(after: string | undefined, max: number | undefined): Promise<ItemsResult> {
    try {
      return await this.request(max === undefined && after === undefined ? {} : { rsm: { max, after } })
    } catch (error) {
      // The item that was the mark is gone, not the node: to be read again from the start.
      throw after !== undefined && error instanceof MissingError ? new ConnectionError(error.message, false, { cause: error }) : error
    }
  }

  /** Whether there is an item, be it one that can't be read. */
  async has(id: Key): Promise<boolean> {
    const { items, unreadable } = await this.request({ ids: [id] })
    return [...items, ...unreadable].some((item) => item.id === id)
  }

  /** Those of the ids that there are. */
  async some(ids: readonly Key[]): Promise<Entries<T>> {
    const found: Entries<T> = []
    for (let from = 0; from < ids.length; from += idsAtOnce) {
      const part = ids.slice(from, from + idsAtOnce)
      const wanted = new Set(part)
      const { items } = await this.request({ ids: part })
      for (const entry of this.entries(items)) if (wanted.has(entry[0])) found.push(entry)
    }
    return found
  }

  /** In the order of the server; by the ids that it lists where it has no pages. */
  async page({ max = Infinity, after, before }: PageRange): Promise<Page<T>> {
    if (max !== Infinity && !(Number.isSafeInteger(max) && max >= 0))
      throw new ArgumentError(`page: max must be a whole number from 0, not ${max}`)
    if (this.newestFirst === undefined) {
      const { items, rsm } = await this.request({ rsm: { max: Math.min(max, this.pageSize ?? defaultPage), after, before } })
      if (rsm) return { items: this.entries(items), ...rsm }
      // It was everything: what the list of ids is compared with, to know its direction.
      const ids = items.length < 2 ? [] : await this.ids()
      if (ids.length > 1) this.newestFirst = ids.indexOf(items[0]!.id) > ids.indexOf(items.at(-1)!.id)
      const { chosen, ...page } = choose(
        items.map(({ id }) => id),
        max,
        after,
        before,
      )
      const wanted = new Set(chosen)
      return { ...page, items: this.entries(items.filter(({ id }) => wanted.has(id))) }
    }
    const ids = await this.ids()
    const { chosen, ...page } = choose(this.newestFirst ? ids.reverse() : ids, max, after, before)
    return { ...page, items: await this.some(chosen) }
  }

  private async ids(): Promise<Key[]> {
    const { service, node } = this.options
    const { items } = parseDiscoItems(await this.session.request(discoItemsRequest(service, node), `the ids of ${node}`))
    return items.flatMap(({ name }) => name ?? [])
  }

  private entries(items: readonly RawItem[]): Entries<T> {
    const entries: Entries<T> = []
    for (const raw of items) {
      const item = this.decode(raw)
      if (item !== undefined) entries.push([raw.id, item])
    }
    return entries
  }

  private async request(range: ItemsRange): Promise<ItemsResult> {
    const { service, node } = this.options
    const result = parseItems(await this.session.request(itemsRequest(service, node, range), `the items of ${node}`))
    for (const { id, raw, reason } of result.unreadable) this.report(id, raw, reason)
    return result
  }
}

/** A part of all ids; `before: ''` is the end (XEP-0059 §2.5). */
export function choose(
  all: readonly Key[],
  max: number,
  after: Key | undefined,
  before: Key | undefined,
): { readonly chosen: readonly Key[] } & Omit<Page<never>, 'items'> {
  const from = after === undefined ? 0 : all.indexOf(after) + 1 || all.length
  const to = !before ? all.length : Math.max(0, all.indexOf(before))
  const chosen = before === undefined ? all.slice(from, Math.min(to, from + max)) : all.slice(Math.max(from, to - max), to)
  return { chosen, count: all.length, ...(chosen.length > 0 && { first: chosen[0]!, last: chosen.at(-1)! }) }
}
