import { operatorError } from '../../errors.js'
import { type Absent, applyEvent, difference, type ItemEvent, itemIn, type Key } from '../event.js'

/** What an operator has sent under each key, and the keys to look at again when the transaction is whole. */
export class Shown<R> {
  readonly items = new Map<Key, R>()
  touched = new Set<Key>()

  /** Sends what leads from what was sent to what there is now under the touched keys. Throws `OperatorError` for `result`. */
  flush(operator: string, result: (id: Key) => R | Absent, emit: (event: ItemEvent<R>) => void): void {
    const { items, touched } = this
    // What is touched while this is sent belongs to the next flush.
    this.touched = new Set()
    for (const id of touched) {
      let now: R | Absent
      try {
        now = result(id)
      } catch (cause) {
        throw operatorError(operator, id, cause)
      }
      const event = difference(id, itemIn(items, id), now)
      if (event === undefined) continue
      applyEvent(items, event)
      emit(event)
    }
  }
}
