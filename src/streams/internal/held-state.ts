import { applyEvent, type FeedEvent, isPlaced, type ItemEvent, type Key, type OrderedItemEvent, publishEvent } from '../event.js'
import { PositionTree, type TreeNode } from './position-tree.js'

interface Held<T> {
  readonly id: Key
  item: T
  leaf: TreeNode<Held<T>> | undefined
}

/** The state of a feed, ordered or not, held so that a late subscriber can be given it. O(log n) an ordered event, O(1) another. */
export class HeldState<T> {
  private readonly items = new Map<Key, T>()
  private readonly places = new PositionTree<Held<T>>()

  apply(event: ItemEvent<T>): void {
    if (isPlaced(event)) this.place(event)
    else applyEvent(this.items, event)
  }

  clear(): void {
    this.items.clear()
    this.places.load([])
  }

  /** The state as publishes, in order. */
  *publishes(): Iterable<FeedEvent<T>> {
    for (const [id, item] of this.items) yield publishEvent(id, item)
    let at = 0
    for (const held of this.places.range()) yield publishEvent(held.id, held.item, at++)
  }

  private place(event: OrderedItemEvent<T>): void {
    if (event.type === 'publish') {
      this.places.insert(event.at, { id: event.id, item: event.item, leaf: undefined })
      return
    }
    const held = this.places.at(event.from)!
    if (event.type === 'change') held.item = event.item
    if (event.type === 'change' && event.at === event.from) return
    this.places.remove(held)
    if (event.type === 'change') this.places.insert(event.at, held)
  }
}
