import type { Absent, Key } from '../event.js'
import { Joint } from './joint.js'
import { Shown } from './shown.js'

/** An operator with several inputs that, per turn, looks only at the keys that were touched. It holds what was sent. */
export abstract class KeyedJoint<R, S extends object | number = number> extends Joint<R, S> {
  protected readonly shown = new Shown<R>()

  /** @internal What there is under `id` now. May call functions of the user. */
  abstract result(id: Key): R | Absent

  protected flush(): void {
    this.shown.flush(this)
  }
}
