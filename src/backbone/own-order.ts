import type { Key, OrderedItemEvent } from '../streams/event.js'
import type { Commit } from './commit.js'
import type { AnyModel } from './internals.js'
import { placesOf } from './placed-layout.js'
import type { Rows } from './rows.js'

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

  /** Reads the order off a list that was the feed's until now; the rows may be ahead of it by what a commit says. */
  diverge(models: readonly AnyModel[], commit?: Pick<Commit, 'gone' | 'adopted'>): void {
    if (this.order !== undefined) return
    const keys = new Map<AnyModel, Key>()
    for (const [key, { model }] of this.rows) if (model !== undefined && commit?.adopted.has(key) !== true) keys.set(model, key)
    for (const [key, model] of commit?.gone ?? []) keys.set(model, key)
    this.order = models.flatMap((model) => keys.get(model) ?? [])
  }

  /** Applies ordered events; what was never placed is found by its key. O(n) an event. */
  follow(events: readonly OrderedItemEvent<T>[]): void {
    const { order } = this
    if (order === undefined) return
    for (const event of events) {
      const { at, from } = placesOf(event)
      const place = from < 0 || order[from] === event.id ? from : order.indexOf(event.id)
      if (place >= 0) order.splice(place, 1)
      if (at >= 0) order.splice(at, 0, event.id)
    }
  }

  /** The models of the feed's items in its order, as far as the collection has them. */
  members(): AnyModel[] {
    return (this.order ?? []).flatMap((key) => {
      const model = this.rows.get(key)?.model
      return model !== undefined && this.rows.holds(model) ? model : []
    })
  }
}
