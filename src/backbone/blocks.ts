/** Twice this many members make two blocks of one. */
const blockSize = 512

/** A list under edit, cut into blocks, so that many edits anywhere cost little more than one copy of the list. */
export class Blocks<M> {
  private readonly blocks: M[][] = []

  /** Not altered. */
  constructor(list: readonly M[]) {
    for (let start = 0; start === 0 || start < list.length; start += blockSize) this.blocks.push(list.slice(start, start + blockSize))
  }

  /** Takes out the member at `index`; `undefined` outside. */
  take(index: number): M | undefined {
    const { block, rest } = this.seek(index)
    return block.splice(rest, 1)[0]
  }

  /** Puts a member in before `index`; `false` outside. */
  put(index: number, member: M): boolean {
    const { block, rest, at } = this.seek(index)
    if (rest > block.length) return false
    block.splice(rest, 0, member)
    if (block.length > 2 * blockSize) this.blocks.splice(at + 1, 0, block.splice(blockSize))
    return true
  }

  list(): M[] {
    return this.blocks.flat()
  }

  /** The block of `index` and the place in it; outside, a place behind the last block's end. */
  private seek(index: number): { block: M[]; rest: number; at: number } {
    const last = this.blocks.length - 1
    let at = 0
    let rest = index
    while (at < last && rest >= this.blocks[at]!.length) rest -= this.blocks[at++]!.length
    return { block: this.blocks[at]!, rest, at }
  }
}
