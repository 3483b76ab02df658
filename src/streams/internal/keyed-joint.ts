import type { Subscriber } from 'rxjs'
import type { Absent, FeedEvent, Key } from '../event.js'
import { Joint } from './joint.js'
import { Shown } from './shown.js'

/** An operator with several inputs that, per turn, looks only at the keys that were touched. */
export abstract class KeyedJoint<R, S extends object | number = number> extends Joint<R, S> {
  protected readonly shown: Shown<R>

  /** With `keep` it holds what was sent: then what is there may change before it is touched. */
  constructor(out: Subscriber<FeedEvent<R>>, operator: string, keep: boolean) {
    super(out, operator)
    this.shown = new Shown<R>(this, keep)
  }

  /** @internal All keys under which there is something, or more. */
  abstract readonly held: { keys(): Iterable<unknown> }
  /** @internal What there is under `id` now. May call functions of the user. */
  abstract result(id: Key): R | Absent

  protected flush(): void {
    this.shown.flush()
  }
}
