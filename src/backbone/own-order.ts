import type { Key, OrderedItemEvent } from '../streams/event.js'
import type { AnyModel } from './internals.js'
import type { Rows } from './rows.js'

/** Who came and went in the commit at work. */
export interface Passage {
  readonly published: ReadonlyMap<Key, AnyModel | undefined> | undefined
  readonly gone: ReadonlyMap<Key, AnyModel | undefined> | undefined
}

/**
 * The order of an ordered feed's own keys, kept only while the collection's list isn't the feed's alone: strangers in it, or items
 * without a model. Then places of the feed aren't places of the list.
 */
export class OwnOrder<T extends object> {
  private order: Key[] | undefined

  constructor(private readonly rows: Rows<T>) {}

  get isTracked(): boolean {
    return this.order !== undefined
  }

  /** The list is the feed's again. */
  forget(): void {
    this.order = undefined
  }

  start(order: Key[]): void {
    this.order = order
  }

  /** Reads the order off a list that was the feed's until now; `passage` is what the rows are ahead of it. */
  diverge(models: readonly AnyModel[], passage?: Passage): void {
    if (this.order !== undefined) return
    const keys = new Map<AnyModel, Key>()
    for (const [key, { model }] of this.rows) if (model !== undefined && passage?.published?.has(key) !== true) keys.set(model, key)
    for (const [key, model] of passage?.gone ?? []) if (model !== undefined) keys.set(model, key)
    const order: Key[] = []
    for (const model of models) {
      const key = keys.get(model)
      if (key !== undefined) order.push(key)
    }
    this.order = order
  }

  /** Applies ordered events; what was never placed is found by its key. O(n) an event. */
  follow(events: readonly OrderedItemEvent<T>[]): void {
    const { order } = this
    if (order === undefined) return
    for (const event of events) {
      if (event.type !== 'publish') {
        const from = order[event.from] === event.id ? event.from : order.indexOf(event.id)
        if (from >= 0) order.splice(from, 1)
      }
      if (event.type !== 'retract') order.splice(event.at, 0, event.id)
    }
  }

  /** The models of the feed's items in its order, as far as the collection has them. */
  members(): AnyModel[] {
    const members: AnyModel[] = []
    for (const key of this.order ?? []) {
      const model = this.rows.get(key)?.model
      if (model !== undefined && this.rows.holds(model)) members.push(model)
    }
    return members
  }
}
