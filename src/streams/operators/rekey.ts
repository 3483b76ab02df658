import type { OperatorFunction, Subscriber } from 'rxjs'
import { type Absent, type FeedEvent, type Key } from '../event.js'
import { FilingSubscriber } from '../internal/filing-subscriber.js'
import { Groups } from '../internal/groups.js'
import { mustBeKey } from '../internal/must.js'
import { operate } from '../internal/operator.js'
import { type Read, reader } from '../internal/read.js'
import type { UnionOptions } from './union.js'

/**
 * The items under new keys. Of several items with one new key there is the one whose original key comes first, or what `resolve` makes of all of them, in the order of their
 * original keys. An item that changes its key moves: retract and publish. Order is dropped.
 *
 * Cost: O(log m) an event with m items under the new key (O(m) with `resolve`); it holds the items twice. `key` must be pure.
 * Errors: `OperatorError` if `key` or `resolve` throws, or a key isn't a string.
 *
 * ```ts
 * users.pipe(rekey('email'))
 * users.pipe(rekey((user) => user.email.toLowerCase(), { resolve: (same) => same.at(-1)! }))
 * ```
 */
export function rekey<T>(key: Read<NoInfer<T>, Key>, options: UnionOptions<NoInfer<T>> = {}): OperatorFunction<FeedEvent<T>, FeedEvent<T>> {
  const read = reader<T, unknown>(key)
  const keyOf = (item: T): Key => {
    const key = read(item)
    mustBeKey(key)
    return key
  }
  return operate(RekeySubscriber<T>, keyOf, options.resolve)
}

class RekeySubscriber<T> extends FilingSubscriber<T, T> {
  private readonly groups = new Groups<Key, T>()
  readonly held = this.groups.byKey

  constructor(
    out: Subscriber<FeedEvent<T>>,
    keyOf: (item: T) => Key,
    private readonly resolve: UnionOptions<T>['resolve'],
  ) {
    super(out, 'rekey', keyOf, resolve !== undefined)
  }

  protected override clear(): void {
    super.clear()
    this.groups.clear()
  }

  protected file(key: Key, id: Key, item: T, comes: boolean): void {
    if (comes) this.groups.put(key, id, item)
    else this.groups.take(key, id, item)
  }

  result(key: Key): T | Absent {
    return this.groups.resolve(key, this.resolve)
  }
}
