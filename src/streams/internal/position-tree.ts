/**
 * A sequence with O(log n) access by position and O(log n) position of a member: a counted B+ tree with parent links.
 * It is the order-statistic tree under the ordered operators. Members know their leaf, so no map is needed to find one.
 *
 * Invariants: all leaves are equally deep; no node but the root is empty, and the root has no single child; a node knows its number of
 * members and the first of them; a member's `leaf` belongs to the tree: the leaf that holds it, or `undefined`.
 * Nodes are dropped when empty, not merged when small: the depth is that of the largest size since `load`.
 */

import { compareScalars } from './value-order.js'

const width = 64
const fill = 48

/** @internal One class for leaves and branches: searches then see one hidden class. */
export class TreeNode<M extends Placed<M>> {
  parent: TreeNode<M> | undefined = undefined
  /** How many members are below. */
  size = 0
  first: M | undefined = undefined

  constructor(
    /** Of a leaf. */
    readonly members: M[],
    /** Of a branch. */
    readonly children: TreeNode<M>[] = [],
  ) {
    for (const member of members) member.leaf = this
    for (const child of children) child.parent = this
    this.resize(members.length + sizeOf(children))
  }

  /** After members came or went. */
  resize(by: number): void {
    this.size += by
    this.first = this.members[0] ?? this.children[0]?.first
  }
}

/** What a member must have. */
export interface Placed<M extends Placed<M>> {
  leaf: TreeNode<M> | undefined
}

/** What has a key. */
export interface Keyed {
  readonly id: string
}

/** An item in its place. */
export class Entry<T> implements Keyed, Placed<Entry<T>> {
  leaf: TreeNode<Entry<T>> | undefined = undefined

  constructor(
    readonly id: string,
    public item: T,
    /** A number that decides the order where two have one that differs: comparing it reads neither item. */
    public rank?: number,
  ) {}
}

/** Compares two; negative when `a` comes first. */
export type Compare<A> = (a: A, b: A) => number

/** The order in which ties are broken. */
export function byId(a: Keyed, b: Keyed): number {
  return compareScalars(a.id, b.id)
}

/** Finds the entry of an item that was put in by `compare`. */
export function locate<T>(tree: PositionTree<Entry<T>>, probe: Entry<T>, compare: Compare<Entry<T>>): void {
  tree.seek(probe, compare)
  mustMatch(probe, tree.found)
}

/** What was found must be what was sought. */
export function mustMatch(probe: Keyed, found: Keyed | undefined): void {
  if (found?.id !== probe.id) throw new Error('the comparator contradicts itself')
}

export class PositionTree<M extends Placed<M>> {
  private root = new TreeNode<M>([])
  /** Where `seek` has ended. */
  private leaf = this.root
  private offset = 0

  get size(): number {
    return this.root.size
  }

  /** The member at `index`, or `undefined` outside. */
  at(index: number): M | undefined {
    this.goTo(index)
    return this.leaf.members[this.offset]
  }

  /** The position of a member of this tree. */
  indexOf(member: M): number {
    const leaf = (this.leaf = member.leaf!)
    return positionIn(leaf, (this.offset = leaf.members.indexOf(member)))
  }

  /** Finds where `probe` stands or would stand by `compare`, in which the members are sorted. */
  seek(probe: M, compare: Compare<M>): void {
    let node = this.root
    // In a branch: the last child whose first member isn't behind the place, which may be that child's end.
    for (let { children } = node; children.length > 0; { children } = node) {
      node = children[lowerBound(1, children.length, (place) => compare(children[place]!.first!, probe) <= 0) - 1]!
    }
    const { members } = node
    this.leaf = node
    this.offset = lowerBound(0, members.length, (place) => compare(members[place]!, probe) < 0)
  }

  /** Where `seek` has ended. */
  get position(): number {
    return positionIn(this.leaf, this.offset)
  }

  /** The member where `seek` has ended, if there is one in that leaf. */
  get found(): M | undefined {
    return this.leaf.members[this.offset]
  }

  /** Puts `member` where `seek` has ended. */
  insertFound(member: M): void {
    const { leaf } = this
    insertAt(leaf.members, this.offset, member)
    member.leaf = leaf
    for (let node: TreeNode<M> | undefined = leaf; node; node = node.parent) node.resize(1)
    this.split(leaf)
  }

  /** Takes out the member where `seek` has ended. */
  removeFound(): void {
    const { leaf } = this
    leaf.members[this.offset]!.leaf = undefined
    removeAt(leaf.members, this.offset)
    for (let node: TreeNode<M> | undefined = leaf; node; node = node.parent) {
      node.resize(-1)
      const siblings = node.parent?.children
      if (node.size === 0 && siblings) removeAt(siblings, siblings.indexOf(node))
    }
    while (this.root.children.length === 1) {
      this.root = this.root.children[0]!
      this.root.parent = undefined
    }
  }

  /** Puts `member` at `index`, from 0 to `size`. */
  insert(index: number, member: M): void {
    this.goTo(index)
    this.insertFound(member)
  }

  /** Takes `member` out and tells where it was. */
  remove(member: M): number {
    const index = this.indexOf(member)
    this.removeFound()
    return index
  }

  /** Makes `members`, in this order, the whole content. O(n). */
  load(members: readonly M[]): void {
    let level = inParts(members, (part) => new TreeNode(part))
    while (level.length > 1) level = inParts(level, (part) => new TreeNode([], part))
    this.root = this.leaf = level[0]!
  }

  /** Lets go of what isn't needed. */
  trim(): void {
    // A list that is whole needs all.
  }

  /** The members from `from` up to but not including `to`. O(log n + members). */
  range(from = 0, to = Infinity): M[] {
    const range: M[] = []
    for (let index = Math.max(0, from); index < Math.min(to, this.size);) {
      this.goTo(index)
      const part = this.leaf.members.slice(this.offset, this.offset + to - index)
      range.push(...part)
      index += part.length
    }
    return range
  }

  private goTo(index: number): void {
    let node = this.root
    let rest = index
    for (let { children } = node; children.length > 0; { children } = node) {
      let child = 0
      while (child < children.length - 1 && rest >= children[child]!.size) rest -= children[child++]!.size
      node = children[child]!
    }
    this.leaf = node
    this.offset = rest
  }

  /** Splits `node` if it has become too wide, and then maybe its parent. */
  private split(node: TreeNode<M>): void {
    const { members, children } = node
    if (members.length + children.length <= width) return
    const { parent = (this.root = new TreeNode<M>([], [node])) } = node
    const right = new TreeNode(members.splice(members.length >> 1), children.splice(children.length >> 1))
    node.resize(-right.size)
    right.parent = parent
    insertAt(parent.children, parent.children.indexOf(node) + 1, right)
    this.split(parent)
  }
}

/** The first place from `low` to `high` of which `isBefore` doesn't hold, as it does for all before that. */
export function lowerBound(low: number, high: number, isBefore: (place: number) => boolean): number {
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBefore(middle)) low = middle + 1
    else high = middle
  }
  return low
}

/** The position of who is at `offset` in a leaf. */
function positionIn<M extends Placed<M>>(leaf: TreeNode<M>, offset: number): number {
  let position = offset
  for (let node = leaf; node.parent; node = node.parent) position += sizeOf(node.parent.children, node.parent.children.indexOf(node))
  return position
}

/** How many members the first `count` of `nodes` have. */
function sizeOf<M extends Placed<M>>(nodes: readonly TreeNode<M>[], count = nodes.length): number {
  let size = 0
  for (let index = 0; index < count; index++) size += nodes[index]!.size
  return size
}

function inParts<V, N>(values: readonly V[], make: (part: V[]) => N): N[] {
  const nodes: N[] = []
  let start = 0
  do nodes.push(make(values.slice(start, (start += fill))))
  while (start < values.length)
  return nodes
}

// Short arrays: a loop is faster than `splice`, which allocates what it removes.
export function insertAt<V>(array: V[], place: number, value: V): void {
  array.push(value)
  for (let index = array.length - 1; index > place; index--) array[index] = array[index - 1]!
  array[place] = value
}

export function removeAt<V>(array: V[], place: number): void {
  for (let index = place + 1; index < array.length; index++) array[index - 1] = array[index]!
  array.pop()
}
