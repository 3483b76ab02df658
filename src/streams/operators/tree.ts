import type { OperatorFunction, Subscriber } from 'rxjs'
import { type Absent, absent, type Commit, type FeedEvent, type ItemEvent, type Key } from '../event.js'
import { type EntryOrder, entryOrder } from '../internal/entry-order.js'
import { Groups } from '../internal/groups.js'
import { KeyedSubscriber } from '../internal/keyed-subscriber.js'
import { operate } from '../internal/operator.js'
import { type FieldOf, reader, type Read } from '../internal/read.js'
import type { Order } from './order-by.js'

/** An item and what is below it. */
export interface TreeNode<T> {
  readonly id: Key
  readonly item: T
  readonly children: readonly TreeNode<T>[]
  /** Of a root: its parent isn't there, or it is the least id of a cycle, which is cut above it. */
  readonly problem?: 'orphan' | 'cycle'
}

/** How `tree` shows its nodes. */
export interface TreeOptions<T> {
  /** Order of the children of each node, ties by id. Default: by id. */
  readonly order?: Order<T>
}

/**
 * The items as trees, by the id of the parent that each names: a feed of the roots, under their ids. A changed parent moves the whole subtree. Nodes are immutable and
 * shared: only those on the way from a changed one to its root are made anew. An item whose parent isn't there is a root until it comes; a cycle is cut at its least id,
 * which is a root meanwhile.
 *
 * Cost: O(depth · (log n + siblings)) an event; it holds the nodes. Errors: `QueryError` at once for a bad sort; `OperatorError` if a given function throws.
 *
 * ```ts
 * folders.pipe(tree('parent', { order: { name: 1 } }))
 * ```
 */
export function tree<T>(
  parent: FieldOf<NoInfer<T>, Key | null | undefined> | ((item: NoInfer<T>) => Key | null | undefined),
  options: TreeOptions<NoInfer<T>> = {},
): OperatorFunction<FeedEvent<T>, FeedEvent<TreeNode<T>>> {
  return operate(TreeSubscriber<T>, reader(parent as Read<T, Parent>), entryOrder(options.order as Order<T> | undefined))
}

type Parent = Key | null | undefined

interface Place<T> {
  readonly id: Key
  readonly item: T
  readonly parent: Parent
  /** It is the least of a cycle. */
  cut: boolean
  /** `undefined` while something below, or the item itself, has changed. */
  node: TreeNode<T> | undefined
}

class TreeSubscriber<T> extends KeyedSubscriber<T, TreeNode<T>> {
  readonly held = new Map<Parent, Place<T>>()
  /** The items that name each parent, there or not. */
  private readonly below: Groups<Parent, T>
  /** The items that came, changed or went since the last commit, and the parents they had. */
  private readonly changed = new Set<Parent>()

  constructor(
    out: Subscriber<FeedEvent<TreeNode<T>>>,
    private readonly parentOf: (item: T) => Parent,
    order: EntryOrder,
  ) {
    super(out, 'tree', true)
    this.below = new Groups<Parent, T>(order)
  }

  protected override clear(): void {
    super.clear()
    this.below.clear()
    this.held.clear()
    this.changed.clear()
  }

  protected apply(event: ItemEvent<T>): undefined {
    const { held: places, below, changed } = this
    const { id } = event
    const last = places.get(id)
    if (last) {
      below.take(last.parent, id, last.item)
      places.delete(id)
      changed.add(last.parent)
    }
    if (event.type !== 'retract') {
      const { item } = event
      const parent = this.parentOf(item)
      places.set(id, { id, item, parent, cut: false, node: undefined })
      below.put(parent, id, item)
    }
    changed.add(id)
    this.shown.touch(id)
    if (event.type !== 'change') for (const child of below.list(id)) this.shown.touch(child.id)
  }

  protected override flush(commit: Commit): void {
    const { held: places, changed } = this
    // Whom each was reached from, on the way up: who reaches itself is on a cycle. A cycle that was and one that is now have a changed item or its last parent on them.
    const reached = new Map<Place<T>, Parent>()
    for (const start of changed) {
      let place = places.get(start)
      for (; place && !reached.has(place); place = places.get(place.parent)) {
        reached.set(place, start)
        place.node = undefined
        place.cut = false
        this.shown.touch(place.id)
      }
      if (place && reached.get(place) === start) this.cutCycle(place)
    }
    changed.clear()
    super.flush(commit)
  }

  private cutCycle(start: Place<T>): void {
    let least = start
    for (let place = this.held.get(start.parent)!; place !== start; place = this.held.get(place.parent)!)
      if (place.id < least.id) least = place
    least.cut = true
  }

  /** The tree of a root. */
  result(id: Key): TreeNode<T> | Absent {
    const place = this.held.get(id)
    if (!place || (!place.cut && this.held.has(place.parent))) return absent
    // From the leaves up; without recursion, since a tree may be deep.
    const stack = !place.node ? [place] : []
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const children = this.below
        .list(top.id)
        .map((child) => this.held.get(child.id)!)
        .filter(({ cut }) => !cut)
      const stale = children.filter(({ node }) => !node)
      if (stale.length > 0) for (const child of stale) stack.push(child)
      else {
        stack.pop()
        top.node = { id: top.id, item: top.item, children: children.map((child) => this.nodeOf(child)) }
      }
    }
    return this.nodeOf(place)
  }

  /** The node of a place, with its problem as it is now. */
  private nodeOf(place: Place<T>): TreeNode<T> {
    const { parent, cut } = place
    const node = place.node!
    // One that names no parent is its own witness.
    const problem = cut ? 'cycle' : this.held.has(parent ?? place.id) ? undefined : 'orphan'
    if (node.problem === problem) return node
    const { id, item, children } = node
    return (place.node = { id, item, children, ...(problem && { problem }) })
  }
}
