/**
 * A sequence with O(log n) access by position and O(log n) position of a member: a counted B+ tree with parent links.
 * It is the order-statistic tree under the ordered operators. Members know their leaf, so no map is needed to find one.
 *
 * Invariants: all leaves are equally deep; no node but the root is empty; a branch keeps beside each child its number of members and
 * its first member, so that a search touches one node a level; a member's `leaf` belongs to the tree: the leaf that holds it, or `undefined`.
 * Nodes are dropped when empty, not merged when small: the depth is that of the largest size since `load` or `clear`.
 */

const width = 64
const fill = 48

/** @internal One class for leaves and branches: searches then see one hidden class. */
export class TreeNode<M> {
  parent: TreeNode<M> | undefined = undefined

  constructor(
    /** Of a leaf its members, of a branch the first member of each child. */
    readonly members: M[],
    /** `undefined` in a leaf. */
    readonly children?: TreeNode<M>[],
    /** Of a branch: how many members each child has. */
    readonly sizes: number[] = [],
  ) {
    for (const child of children ?? []) child.parent = this
  }

  get size(): number {
    return this.children === undefined ? this.members.length : this.sizes.reduce((sum, size) => sum + size)
  }
}

/** What a member must have. */
export interface Placed<M> {
  leaf: TreeNode<M> | undefined
}

/** An item in its place. */
export interface Entry<T> extends Placed<Entry<T>> {
  readonly id: string
  item: T
}

export class PositionTree<M extends Placed<M>> {
  private root = new TreeNode<M>([])
  private count = 0
  /** Where `seek` has ended. */
  private leaf = this.root
  private offset = 0

  get size(): number {
    return this.count
  }

  /** The member at `index`, or `undefined` outside. */
  at(index: number): M | undefined {
    if (!(index >= 0 && index < this.count)) return undefined
    this.goTo(index)
    return this.found
  }

  /** The position of a member of this tree. */
  indexOf(member: M): number {
    let node = member.leaf!
    let index = node.members.indexOf(member)
    for (let { parent } = node; parent !== undefined; { parent } = node) {
      const place = parent.children!.indexOf(node)
      for (let before = 0; before < place; before++) index += parent.sizes[before]!
      node = parent
    }
    return index
  }

  /** Finds where `probe` stands or would stand by `compare`, in which the members are sorted; returns the position. */
  seek(probe: M, compare: (a: M, b: M) => number): number {
    let node = this.root
    let index = 0
    for (;;) {
      const { members, children } = node
      // In a branch: the last child whose first member isn't behind the place, which may be that child's end. In a leaf: the place.
      let low = children === undefined ? 0 : 1
      let high = members.length
      while (low < high) {
        const middle = (low + high) >> 1
        const order = compare(members[middle]!, probe)
        if (order < 0 || (order === 0 && children !== undefined)) low = middle + 1
        else high = middle
      }
      if (children === undefined) {
        this.leaf = node
        this.offset = low
        return index + low
      }
      low--
      for (let before = 0; before < low; before++) index += node.sizes[before]!
      node = children[low]!
    }
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
    this.recount(leaf, 1)
    if (leaf.members.length > width) this.split(leaf)
  }

  /** Takes out the member where `seek` has ended. */
  removeFound(): void {
    const { leaf } = this
    this.found!.leaf = undefined
    removeAt(leaf.members, this.offset)
    this.recount(leaf, -1)
    if (leaf.members.length === 0) this.drop(leaf)
  }

  /** Puts `member` at `index`, from 0 to `size`. */
  insert(index: number, member: M): void {
    this.goTo(index)
    this.insertFound(member)
  }

  /** Takes `member` out and tells where it was. */
  remove(member: M): number {
    const index = this.indexOf(member)
    this.leaf = member.leaf!
    this.offset = this.leaf.members.indexOf(member)
    this.removeFound()
    return index
  }

  /** Makes `members`, in this order, the whole content. O(n). */
  load(members: readonly M[]): void {
    let level: TreeNode<M>[] = []
    for (let start = 0; start < members.length; start += fill) {
      const leaf = new TreeNode(members.slice(start, start + fill))
      for (const member of leaf.members) member.leaf = leaf
      level.push(leaf)
    }
    while (level.length > 1) {
      const parents: TreeNode<M>[] = []
      for (let start = 0; start < level.length; start += fill) {
        const children = level.slice(start, start + fill)
        parents.push(
          new TreeNode(
            children.map((child) => child.members[0]!),
            children,
            children.map((child) => child.size),
          ),
        )
      }
      level = parents
    }
    this.root = this.leaf = level[0] ?? new TreeNode<M>([])
    this.count = members.length
  }

  /** The members from `from` up to but not including `to`. O(log n + members). */
  range(from = 0, to = Infinity): M[] {
    const range: M[] = []
    for (let index = Math.max(0, from); index < Math.min(to, this.count);) {
      this.goTo(index)
      const { members } = this.leaf
      for (; this.offset < members.length && index < to; index++) range.push(members[this.offset++]!)
    }
    return range
  }

  private goTo(index: number): void {
    let node = this.root
    let rest = index
    for (let { children } = node; children !== undefined; { children } = node) {
      let child = 0
      while (child < children.length - 1 && rest >= node.sizes[child]!) rest -= node.sizes[child++]!
      node = children[child]!
    }
    this.leaf = node
    this.offset = rest
  }

  /** Tells the branches above that `leaf` has `by` members more, and maybe begins with another. */
  private recount(leaf: TreeNode<M>, by: number): void {
    this.count += by
    let node = leaf
    for (let { parent } = node; parent !== undefined; { parent } = node) {
      const place = parent.children!.indexOf(node)
      parent.sizes[place]! += by
      // An empty node is dropped before anybody reads this.
      parent.members[place] = node.members[0]!
      node = parent
    }
  }

  private split(node: TreeNode<M>): void {
    const half = node.members.length >> 1
    const right = new TreeNode(node.members.splice(half), node.children?.splice(half), node.sizes.splice(half))
    if (right.children === undefined) for (const member of right.members) member.leaf = right
    const parent = (node.parent ??= this.root = new TreeNode([node.members[0]!], [node], [this.count]))
    const place = parent.children!.indexOf(node)
    parent.sizes[place]! -= right.size
    insertAt(parent.children!, place + 1, right)
    insertAt(parent.members, place + 1, right.members[0]!)
    insertAt(parent.sizes, place + 1, right.size)
    right.parent = parent
    if (parent.children!.length > width) this.split(parent)
  }

  /** Drops an empty node, and lets a root of one child go. */
  private drop(node: TreeNode<M>): void {
    const { parent } = node
    if (parent !== undefined) {
      const place = parent.children!.indexOf(node)
      removeAt(parent.children!, place)
      removeAt(parent.members, place)
      removeAt(parent.sizes, place)
      if (parent.members.length === 0) this.drop(parent)
      else this.recount(parent, 0)
    } else if (node.children !== undefined) this.load([])
    while (this.root.children?.length === 1) {
      this.root = this.root.children[0]!
      this.root.parent = undefined
    }
  }
}

// Short arrays: a loop is faster than `splice`, which allocates what it removes.
function insertAt<V>(array: V[], place: number, value: V): void {
  array.push(value)
  for (let index = array.length - 1; index > place; index--) array[index] = array[index - 1]!
  array[place] = value
}

function removeAt<V>(array: V[], place: number): void {
  for (let index = place + 1; index < array.length; index++) array[index - 1] = array[index]!
  array.pop()
}
