/**
 * A sequence with O(log n) access by position and O(log n) position of a member: a counted B+ tree with parent links.
 * It is the order-statistic tree under the ordered operators. Members know their leaf, so no map is needed to find one.
 *
 * Invariants: all leaves are equally deep; `size` of a node is the number of members below it; no node but the root is empty;
 * a member's `leaf` belongs to the tree: the leaf that holds it, and `undefined` when it is in no tree.
 */

const leafSize = 64
const branchSize = 32

/** @internal The bottom nodes. */
export class Leaf<M> {
  parent: Branch<M> | undefined = undefined
  constructor(readonly members: M[]) {}

  get size(): number {
    return this.members.length
  }
}

class Branch<M> {
  parent: Branch<M> | undefined = undefined
  size = 0
  constructor(readonly children: TreeNode<M>[]) {
    for (const child of children) {
      child.parent = this
      this.size += child.size
    }
  }
}

type TreeNode<M> = Leaf<M> | Branch<M>

export class PositionTree<M extends { leaf: Leaf<M> | undefined }> implements Iterable<M> {
  private root: TreeNode<M> = new Leaf<M>([])

  get size(): number {
    return this.root.size
  }

  /** The member at `index`, or `undefined` outside. */
  at(index: number): M | undefined {
    if (index < 0 || index >= this.root.size) return undefined
    let node = this.root
    let rest = index
    while (node instanceof Branch) {
      let child = 0
      for (let size = node.children[0]!.size; rest >= size; size = node.children[child]!.size) {
        rest -= size
        child++
      }
      node = node.children[child]!
    }
    return node.members[rest]
  }

  /** The position of a member of this tree. */
  indexOf(member: M): number {
    const leaf = member.leaf!
    let index = leaf.members.indexOf(member)
    let node: TreeNode<M> = leaf
    for (let parent = leaf.parent; parent !== undefined; parent = parent.parent) {
      for (const sibling of parent.children) {
        if (sibling === node) break
        index += sibling.size
      }
      node = parent
    }
    return index
  }

  /** How many members come before the place that `compare` seeks: those for which it is negative. They must come first. */
  rank(compare: (member: M) => number): number {
    let node = this.root
    let index = 0
    while (node instanceof Branch) {
      const { children } = node
      // The last child whose first member comes before the place holds it (or the place is that child's end).
      let low = 0
      let high = children.length - 1
      while (low < high) {
        const middle = (low + high + 1) >> 1
        if (compare(firstOf(children[middle]!)) < 0) low = middle
        else high = middle - 1
      }
      for (let before = 0; before < low; before++) index += children[before]!.size
      node = children[low]!
    }
    const { members } = node
    let low = 0
    let high = members.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(members[middle]!) < 0) low = middle + 1
      else high = middle
    }
    return index + low
  }

  /** Puts `member` at `index`, from 0 to `size`. */
  insert(index: number, member: M): void {
    let node = this.root
    let rest = index
    while (node instanceof Branch) {
      node.size++
      const { children } = node
      let child = 0
      while (child < children.length - 1 && rest > children[child]!.size) rest -= children[child++]!.size
      node = children[child]!
    }
    node.members.splice(rest, 0, member)
    member.leaf = node
    if (node.members.length > leafSize) this.split(node)
  }

  /** Takes `member` out and tells where it was. */
  remove(member: M): number {
    const index = this.indexOf(member)
    const leaf = member.leaf!
    leaf.members.splice(leaf.members.indexOf(member), 1)
    member.leaf = undefined
    for (let node = leaf.parent; node !== undefined; node = node.parent) node.size--
    if (leaf.members.length < leafSize / 4) this.shrink(leaf)
    return index
  }

  /** Makes `members`, in this order, the whole content. O(n). */
  load(members: readonly M[]): void {
    this.clear()
    let level: TreeNode<M>[] = []
    const fill = (leafSize * 3) / 4
    for (let start = 0; start < members.length; start += fill) {
      const leaf = new Leaf(members.slice(start, start + fill))
      for (const member of leaf.members) member.leaf = leaf
      level.push(leaf)
    }
    while (level.length > 1) {
      const parents: TreeNode<M>[] = []
      const width = (branchSize * 3) / 4
      for (let start = 0; start < level.length; start += width) parents.push(new Branch(level.slice(start, start + width)))
      level = parents
    }
    if (level[0] !== undefined) this.root = level[0]
  }

  clear(): void {
    for (const member of this) member.leaf = undefined
    this.root = new Leaf<M>([])
  }

  *[Symbol.iterator](): Iterator<M> {
    const path: TreeNode<M>[] = [this.root]
    for (let node = path.pop(); node !== undefined; node = path.pop()) {
      if (node instanceof Leaf) yield* node.members
      else for (let child = node.children.length - 1; child >= 0; child--) path.push(node.children[child]!)
    }
  }

  /** The members from `from` up to but not including `to`. O(log n + members). */
  range(from: number, to: number): M[] {
    const members: M[] = []
    const collect = (node: TreeNode<M>, start: number): void => {
      if (start >= to || start + node.size <= from) return
      if (node instanceof Leaf) {
        for (let index = Math.max(0, from - start); index < Math.min(node.size, to - start); index++) members.push(node.members[index]!)
        return
      }
      let next = start
      for (const child of node.children) {
        collect(child, next)
        next += child.size
      }
    }
    collect(this.root, 0)
    return members
  }

  private split(node: TreeNode<M>): void {
    let right: TreeNode<M>
    if (node instanceof Leaf) {
      right = new Leaf(node.members.splice(node.members.length >> 1))
      for (const member of right.members) member.leaf = right
    } else {
      right = new Branch(node.children.splice(node.children.length >> 1))
      node.size -= right.size
    }
    const { parent } = node
    if (parent === undefined) {
      this.root = new Branch<M>([node, right])
      return
    }
    right.parent = parent
    parent.children.splice(parent.children.indexOf(node) + 1, 0, right)
    if (parent.children.length > branchSize) this.split(parent)
  }

  /** Merges a small node with a neighbour that has room, drops an empty one. */
  private shrink(node: TreeNode<M>): void {
    const { parent } = node
    if (parent === undefined) {
      if (node instanceof Branch && node.children.length < 2) {
        this.root = node.children[0] ?? new Leaf<M>([])
        this.root.parent = undefined
      }
      return
    }
    const place = parent.children.indexOf(node)
    const neighbour = parent.children[place === 0 ? 1 : place - 1]
    if (node.size === 0) parent.children.splice(place, 1)
    else if (neighbour === undefined || !this.merge(place === 0 ? node : neighbour, place === 0 ? neighbour : node)) return
    else parent.children.splice(place === 0 ? 1 : place, 1)
    if (parent.children.length < branchSize / 4) this.shrink(parent)
  }

  /** Moves what `right` holds into `left` if it fits comfortably. */
  private merge(left: TreeNode<M>, right: TreeNode<M>): boolean {
    if (left instanceof Leaf && right instanceof Leaf) {
      if (left.size + right.size > leafSize / 2) return false
      for (const member of right.members) {
        member.leaf = left
        left.members.push(member)
      }
      return true
    }
    if (left instanceof Branch && right instanceof Branch) {
      if (left.children.length + right.children.length > branchSize / 2) return false
      for (const child of right.children) {
        child.parent = left
        left.children.push(child)
      }
      left.size += right.size
      return true
    }
    return false
  }
}

function firstOf<M>(node: TreeNode<M>): M {
  let at = node
  while (at instanceof Branch) at = at.children[0]!
  return at.members[0]!
}
