/**
 * A list under edit, as runs of the old list and single newcomers (a piece table), so that a whole commit of places costs
 * its own length and one copy, not one copy an event. Pieces lie in blocks, to be skipped by their sums.
 *
 * A slot names a member: its index in the old list, or below zero a newcomer.
 */
export class Pieces {
  private readonly blocks: Block[]

  constructor(public length: number) {
    this.blocks = [length > 0 ? { starts: [0], counts: [length], total: length } : { starts: [], counts: [], total: 0 }]
  }

  /** Takes out the member at `index` and returns its slot; `undefined` outside. */
  take(index: number): number | undefined {
    if (index < 0 || index >= this.length) return undefined
    const block = this.seek(index)
    const { starts, counts } = block
    const { piece, rest } = this
    const start = starts[piece]!
    const count = counts[piece]!
    block.total--
    this.length--
    if (count === 1) {
      starts.splice(piece, 1)
      counts.splice(piece, 1)
    } else if (rest === 0) {
      starts[piece] = start + 1
      counts[piece] = count - 1
    } else {
      counts[piece] = rest
      if (rest < count - 1) {
        starts.splice(piece + 1, 0, start + rest + 1)
        counts.splice(piece + 1, 0, count - rest - 1)
        this.divide(block)
      }
    }
    return start < 0 ? start : start + rest
  }

  /** Puts a member in before `index`; `false` outside. */
  put(index: number, slot: number): boolean {
    if (index < 0 || index > this.length) return false
    const block = this.seek(index)
    const { starts, counts } = block
    const { piece, rest } = this
    if (rest === 0) {
      starts.splice(piece, 0, slot)
      counts.splice(piece, 0, 1)
    } else {
      const count = counts[piece]!
      counts[piece] = rest
      starts.splice(piece + 1, 0, slot, starts[piece]! + rest)
      counts.splice(piece + 1, 0, 1, count - rest)
    }
    block.total++
    this.length++
    this.divide(block)
    return true
  }

  /** Calls `visit` for each run in order; a newcomer is a run of one with a start below zero. */
  forEach(visit: (start: number, count: number) => void): void {
    for (const { starts, counts } of this.blocks) for (let piece = 0; piece < starts.length; piece++) visit(starts[piece]!, counts[piece]!)
  }

  private piece = 0
  private rest = 0
  private at = 0

  /** The block of `index`; leaves its piece in `piece` and the offset in it in `rest`. At the end: the last block, behind its last piece. */
  private seek(index: number): Block {
    const last = this.blocks.length - 1
    let at = 0
    let rest = index
    while (at < last && rest >= this.blocks[at]!.total) rest -= this.blocks[at++]!.total
    const block = this.blocks[at]!
    const { counts } = block
    let piece = 0
    while (piece < counts.length && rest >= counts[piece]!) rest -= counts[piece++]!
    this.at = at
    this.piece = piece
    this.rest = rest
    return block
  }

  private divide(block: Block): void {
    if (block.starts.length <= blockSize) return
    const starts = block.starts.splice(blockSize / 2)
    const counts = block.counts.splice(blockSize / 2)
    let total = 0
    for (const count of counts) total += count
    block.total -= total
    this.blocks.splice(this.at + 1, 0, { starts, counts, total })
  }
}

const blockSize = 256

interface Block {
  readonly starts: number[]
  readonly counts: number[]
  total: number
}
