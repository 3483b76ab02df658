import type { MonoTypeOperatorFunction, Subscriber } from 'rxjs'
import { LawError } from '../../errors.js'
import type { Cursor } from '../cursor.js'
import type { FeedEvent, ItemEvent, Key } from '../event.js'
import { FeedSubscriber, operate } from '../internal/operator.js'

/** What `checkLaws` may be told of the feed. */
export interface LawOptions {
  /** The feed is ordered: places are checked too. Default: it is if its first item event has a place. */
  readonly ordered?: boolean
  /** A resumed subscription starts without `reset`, from these items. */
  readonly known?: Iterable<readonly [Key, unknown]>
  /** `previous` may be an equal object, as `select` recomputes it. Compare with this. Default: identity. */
  readonly same?: (a: unknown, b: unknown) => boolean
}

/**
 * Passes a feed on and ends it with `LawError` at the first event that breaks a law of the algebra.
 * O(1) an event, O(n) for an ordered one; it holds the whole state. For tests.
 */
export function checkLaws<E extends FeedEvent<unknown>>(options: LawOptions = {}): MonoTypeOperatorFunction<E> {
  return operate(LawChecker<E>, options)
}

class LawChecker<E extends FeedEvent<unknown>> extends FeedSubscriber<E, E> {
  private readonly items = new Map<Key, unknown>()
  private readonly order: Key[] = []
  private readonly same: (a: unknown, b: unknown) => boolean
  private started: boolean
  private open = false
  private ordered: boolean | undefined
  private positions: Cursor = {}

  constructor(out: Subscriber<E>, options: LawOptions) {
    super(out, 'checkLaws')
    this.same = options.same ?? Object.is
    this.ordered = options.ordered
    this.started = options.known !== undefined
    for (const [id, item] of options.known ?? []) this.items.set(id, item)
  }

  protected take(event: E): void {
    const broken = this.check(event)
    if (broken === undefined) this.out.next(event)
    else this.error(broken)
  }

  protected override finish(): void {
    if (!this.closed && this.open) this.error(new LawError(14, 'the feed completed inside a transaction'))
    else super.finish()
  }

  private check(event: FeedEvent<unknown>): LawError | undefined {
    if (!this.started && event.type !== 'reset') return new LawError(2, `a subscription starts with reset, not with ${event.type}`)
    this.started = true
    switch (event.type) {
      case 'reset':
        this.open = true
        this.items.clear()
        this.order.length = 0
        return undefined
      case 'commit':
        this.open = false
        return this.advance(event.cursor)
      default:
        this.open = true
        return this.apply(event)
    }
  }

  private apply(event: ItemEvent<unknown>): LawError | undefined {
    const { id } = event
    const present = this.items.has(id)
    if (event.type === 'publish' && present) return new LawError(1, `publish of ${id}, which is present`)
    if (event.type !== 'publish') {
      if (!present) return new LawError(1, `${event.type} of ${id}, which is absent`)
      if (!this.same(this.items.get(id), event.previous))
        return new LawError(1, `${event.type} of ${id}: previous is not what was delivered`)
    }
    if (event.type === 'change' && event.item === event.previous) return new LawError(1, `change of ${id} into the same item`)
    if (event.type === 'retract') this.items.delete(id)
    else this.items.set(id, event.item)
    return this.place(event)
  }

  private place(event: ItemEvent<unknown>): LawError | undefined {
    const { at = -1, from = -1 } = event as { at?: number; from?: number }
    this.ordered ??= at >= 0 || from >= 0
    if (!this.ordered)
      return at < 0 && from < 0 ? undefined : new LawError(12, `${event.type} of ${event.id} has a place in an unordered feed`)
    if (event.type !== 'publish') {
      if (this.order[from] !== event.id)
        return new LawError(12, `${event.type} of ${event.id}: at ${from} stands ${String(this.order[from])}`)
      this.order.splice(from, 1)
    }
    if (event.type !== 'retract') {
      if (at < 0 || at > this.order.length) return new LawError(12, `${event.type} of ${event.id} at ${at} of ${this.order.length}`)
      this.order.splice(at, 0, event.id)
    }
    return undefined
  }

  private advance(cursor: Cursor): LawError | undefined {
    for (const [root, position] of Object.entries(this.positions)) {
      const next = cursor[root]
      if (next !== undefined && next < position) return new LawError(9, `the position of ${root} went back from ${position} to ${next}`)
    }
    this.positions = { ...this.positions, ...cursor }
    return undefined
  }
}
