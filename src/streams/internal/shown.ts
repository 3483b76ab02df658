import { type Absent, absent, applyEvent, difference, type ItemEvent, itemIn, type Key } from '../event.js'

/** @internal An operator with results under keys. */
interface Owner<R> {
  /** All keys under which there is something, or more. */
  readonly held: { keys(): Iterable<unknown> }
  /** Whose fault it is if something is thrown. */
  blamed: Key | undefined
  /** What there is under `id` now. May call functions of the user. */
  result(id: Key): R | Absent
  emit(event: ItemEvent<R>): void
}

/** The keys that an operator looks at again when the transaction is whole, and what it has sent under each. */
export class Shown<R> {
  /** What was sent, if it can't be told from the state. */
  private readonly kept: Map<Key, R> | undefined
  /** The keys that the transaction has touched, with what was sent there if that isn't kept; `undefined` as long as nothing was sent at all. */
  private last: Map<Key, R | Absent> | undefined

  constructor(
    private readonly owner: Owner<R>,
    keep: boolean,
  ) {
    this.kept = keep ? new Map() : undefined
  }

  /** The keys that were touched, to be gone through once. */
  get touched(): IterableIterator<Key> {
    return (this.last ?? this.owner.held).keys() as IterableIterator<Key>
  }

  /** To be called before what there is under `id` becomes something else. */
  touch(id: Key): void {
    const { last, kept } = this
    if (last && !last.has(id)) last.set(id, kept ? absent : this.owner.result(id))
  }

  /** Sends what leads from what was sent to what there is now under the touched keys. */
  flush(): void {
    const { owner, last, kept, touched } = this
    for (const id of touched) {
      const was = kept ? itemIn(kept, id) : last ? last.get(id)! : absent
      last?.delete(id)
      owner.blamed = id
      const event = difference(id, was, owner.result(id))
      if (!event) continue
      if (kept) applyEvent(kept, event)
      owner.emit(event)
    }
    this.last ??= new Map()
  }
}
