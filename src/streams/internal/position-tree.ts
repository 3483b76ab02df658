/**
 * A sequence with O(log n) access by position and O(log n) position of a member: a counted B+ tree with parent links.
 * It is the order-statistic tree under the ordered operators. Members know their leaf, so no map is needed to find one.
 *
 * Invariants: all leaves are equally deep; no node but the root is empty; a branch keeps beside each child its number of members and
 * its first member, so that a search touches one node a level; a member's `leaf` belongs to the tree: the leaf that holds it, or `undefined`.
 */

const width = 64

/** @internal One class for leaves and branches: searches then see one hidden class. */
export class TreeNode<M> {
  parent: TreeNode<M> | undefined = undefined
  /** Of a branch: how many members each child has. */
  readonly sizes: number[] = []

  constructor(
    /** `undefined` in a leaf. */
    readonly children: TreeNode<M>[] | undefined,
    /** Of a leaf its members, of a branch the first member of each child. */
    readonly members: M[],
  ) {}
}

/** What a member must have. */
export interface Placed<M> {
  leaf: TreeNode<M> | undefined
}

export class PositionTree<M extends Placed<M>> implements Iterable<M> {
  private root = new TreeNode<M>(undefined, [])
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
    return this.leaf.members[this.offset]
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
    for (let { children } = node; children !== undefined; { children } = node) {
      // The last child whose first member comes before the place; the place may be that child's end.
      let low = 0
      let high = children.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (compare(node.members[middle]!, probe) <= 0) low = middle
        else high = middle - 1
      }
      for (let before = 0; before < low; before++) index += node.sizes[before]!
      node = children[low]!
    }
    let low = 0
    let high = node.members.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(node.members[middle]!, probe) < 0) low = middle + 1
      else high = middle
    }
    this.leaf = node
    this.offset = low
    return index + low
  }

  /** The member where `seek` has ended, if there is one in that leaf. */
  get found(): M | undefined {
    return this.leaf.members[this.offset]
  }

  /** Puts `member` where `seek` has ended. */
  insertFound(member: M): void {
    const { leaf, offset } = this
    insertAt(leaf.members, offset, member)
    member.leaf = leaf
    this.recount(leaf, 1)
    if (offset === 0) this.renameFirst(leaf)
    if (leaf.members.length > width) this.split(leaf)
  }

  /** Takes out the member where `seek` has ended. */
  removeFound(): void {
    const { leaf, offset } = this
    leaf.members[offset]!.leaf = undefined
    removeAt(leaf.members, offset)
    this.recount(leaf, -1)
    if (offset === 0 && leaf.members.length > 0) this.renameFirst(leaf)
    if (leaf.members.length < width / 4) this.shrink(leaf)
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
    this.clear()
    const fill = (width * 3) / 4
    let level: TreeNode<M>[] = []
    for (let start = 0; start < members.length; start += fill) {
      const leaf = new TreeNode<M>(undefined, members.slice(start, start + fill))
      for (const member of leaf.members) member.leaf = leaf
      level.push(leaf)
    }
    while (level.length > 1) {
      const parents: TreeNode<M>[] = []
      for (let start = 0; start < level.length; start += fill) {
        const branch = new TreeNode<M>([], [])
        for (const child of level.slice(start, start + fill)) adopt(branch, branch.children!.length, child)
        parents.push(branch)
      }
      level = parents
    }
    this.root = level[0] ?? this.root
    this.count = members.length
  }

  clear(): void {
    this.root = this.leaf = new TreeNode<M>(undefined, [])
    this.count = 0
  }

  *[Symbol.iterator](): Iterator<M> {
    for (const leaf of leavesOf(this.root)) yield* leaf.members
  }

  /** The members from `from` up to but not including `to`. O(log n + members). */
  range(from: number, to: number): M[] {
    const members: M[] = []
    let index = Math.max(0, from)
    while (index < to && index < this.count) {
      this.goTo(index)
      const part = this.leaf.members.slice(this.offset, this.offset + to - index)
      for (const member of part) members.push(member)
      index += part.length
    }
    return members
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

  private recount(leaf: TreeNode<M>, by: number): void {
    this.count += by
    let node = leaf
    for (let { parent } = node; parent !== undefined; { parent } = node) {
      parent.sizes[parent.children!.indexOf(node)]! += by
      node = parent
    }
  }

  /** Tells the branches above that `node` begins with another member. */
  private renameFirst(node: TreeNode<M>): void {
    const first = node.members[0]!
    for (let at = node, { parent } = at; parent !== undefined; { parent } = at) {
      const place = parent.children!.indexOf(at)
      parent.members[place] = first
      if (place > 0) return
      at = parent
    }
  }

  private split(node: TreeNode<M>): void {
    const half = node.members.length >> 1
    const right = new TreeNode<M>(node.children && [], node.children ? [] : node.members.splice(half))
    if (node.children === undefined) for (const member of right.members) member.leaf = right
    else {
      for (const child of node.children.splice(half)) adopt(right, right.children!.length, child)
      node.members.length = node.sizes.length = half
    }
    if (node.parent === undefined) {
      this.root = new TreeNode<M>([], [])
      adopt(this.root, 0, node)
    }
    const parent = node.parent!
    const place = parent.children!.indexOf(node)
    parent.sizes[place] = sizeOf(node)
    adopt(parent, place + 1, right)
    if (parent.children!.length > width) this.split(parent)
  }

  /** Merges a small node into a neighbour that has room, drops an empty one, and lets a root of one child go. */
  private shrink(node: TreeNode<M>): void {
    const { parent } = node
    if (parent === undefined) {
      if (node.children?.length === 1) {
        this.root = node.children[0]!
        this.root.parent = undefined
      }
      return
    }
    const place = parent.children!.indexOf(node)
    if (node.members.length > 0) {
      const left = Math.max(0, place - 1)
      if (!this.merge(parent, left)) return
    } else {
      disown(parent, place)
      if (place === 0 && parent.members.length > 0) this.renameFirst(parent)
    }
    if (parent.children!.length < width / 4) this.shrink(parent)
  }

  /** Moves child `place + 1` of `parent` into child `place`, if both fit well into one. */
  private merge(parent: TreeNode<M>, place: number): boolean {
    const left = parent.children![place]!
    const right = parent.children![place + 1]
    if (right === undefined || left.members.length + right.members.length > width / 2) return false
    if (right.children === undefined) {
      for (const member of right.members) {
        member.leaf = left
        left.members.push(member)
      }
    } else for (const child of right.children) adopt(left, left.children!.length, child)
    parent.sizes[place]! += parent.sizes[place + 1]!
    disown(parent, place + 1)
    return true
  }
}

function adopt<M>(branch: TreeNode<M>, place: number, child: TreeNode<M>): void {
  child.parent = branch
  insertAt(branch.children!, place, child)
  insertAt(branch.members, place, child.members[0]!)
  insertAt(branch.sizes, place, sizeOf(child))
}

function disown<M>(branch: TreeNode<M>, place: number): void {
  removeAt(branch.children!, place)
  removeAt(branch.members, place)
  removeAt(branch.sizes, place)
}

function sizeOf<M>(node: TreeNode<M>): number {
  return node.children === undefined ? node.members.length : node.sizes.reduce((sum, size) => sum + size, 0)
}

function* leavesOf<M>(node: TreeNode<M>): Iterable<TreeNode<M>> {
  if (node.children === undefined) yield node
  else for (const child of node.children) yield* leavesOf(child)
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
