import { operatorError } from '../../errors.js'
import { type Absent, applyEvent, difference, type ItemEvent, itemIn, type Key } from '../event.js'

/** @internal An operator with results under keys. */
interface Owner<R> {
  readonly operator: string
  /** What there is under `id` now. May call functions of the user. */
  result(id: Key): R | Absent
  emit(event: ItemEvent<R>): void
}

/** What an operator has sent under each key, and the keys to look at again when the transaction is whole. */
export class Shown<R> {
  readonly items = new Map<Key, R>()
  touched = new Set<Key>()

  /** Sends what leads from what was sent to what there is now under the touched keys. Throws `OperatorError` for `result`. */
  flush(owner: Owner<R>): void {
    const { items, touched } = this
    // What is touched while this is sent belongs to the next flush.
    this.touched = new Set()
    for (const id of touched) {
      let now: R | Absent
      try {
        now = owner.result(id)
      } catch (cause) {
        throw operatorError(owner.operator, id, cause)
      }
      const event = difference(id, itemIn(items, id), now)
      if (!event) continue
      applyEvent(items, event)
      owner.emit(event)
    }
  }
}
