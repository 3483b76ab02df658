import { asArray, type FeedNode, orderBy, select } from 'rachis'
import { Subscription } from 'rxjs'
import type { City } from '../server/city.js'
import { filterOf, sortOf, type ViewState } from './view-state.js'

/** A city and its key. */
export interface CityRow extends City {
  readonly id: string
}

/** Rows that lie together in the order of `view`, the first of them at `skip`. */
export interface WindowRows {
  readonly view: ViewState
  readonly skip: number
  readonly rows: readonly CityRow[]
  /** The same window as before: what differs has happened to the cities. */
  readonly live: boolean
}

interface Window {
  readonly view: ViewState
  readonly skip: number
  readonly limit: number
  readonly subscription: Subscription
}

interface Wanted {
  readonly view: ViewState
  readonly start: number
  readonly end: number
}

/** Windows begin and end at multiples of this, so that scrolling a little, and other readers, ask for the same ones. */
const step = 25

/**
 * The rows in sight and as many again before and behind them, live. Only one request is under way at a time: what was shown stays until the
 * rows of the next window are there, and then the latest wish is looked at, however many there were in between.
 */
export class RowWindow {
  private current: Window | undefined
  private next: Window | undefined
  private wanted: Wanted | undefined

  constructor(
    private readonly node: FeedNode<City>,
    private readonly show: (rows: WindowRows) => void,
    private readonly fail: (error: unknown) => void,
  ) {}

  /** Rows `start` to before `end` of `view` are in sight. */
  want(view: ViewState, start: number, end: number): void {
    this.wanted = { view, start, end }
    if (this.next !== undefined && this.next.view !== view) {
      this.next.subscription.unsubscribe()
      this.next = undefined
    }
    if (this.next === undefined) this.move()
  }

  /** Forgets everything; the next `want` asks anew. */
  clear(): void {
    this.current?.subscription.unsubscribe()
    this.next?.subscription.unsubscribe()
    this.current = this.next = undefined
  }

  private move(): void {
    const { wanted, current } = this
    if (wanted === undefined || (current !== undefined && isWithin(wanted, current))) return
    const { view, start, end } = wanted
    const margin = end - start
    const skip = Math.max(0, Math.floor((start - margin) / step) * step)
    const limit = Math.min(1_000, Math.ceil((end + margin - skip) / step) * step)
    this.open(view, skip, limit)
  }

  private open(view: ViewState, skip: number, limit: number): void {
    const query = { filter: filterOf(view), sort: sortOf(view), skip, limit }
    const rows$ = this.node.feed(query).pipe(
      select((city, id): CityRow => ({ ...city, id }), { keep: true }),
      orderBy<CityRow>(sortOf(view)),
      asArray(),
    )
    const window: Window = { view, skip, limit, subscription: new Subscription() }
    this.next = window
    window.subscription.add(
      rows$.subscribe({
        next: (rows) => {
          this.receive(window, rows)
        },
        error: this.fail,
      }),
    )
  }

  private receive(window: Window, rows: readonly CityRow[]): void {
    const live = window === this.current
    if (!live) {
      this.current?.subscription.unsubscribe()
      this.current = window
      this.next = undefined
    }
    this.show({ view: window.view, skip: window.skip, rows, live })
    if (!live) this.move()
  }
}

/** Enough rows are there to scroll by a third of the screen without asking. */
function isWithin({ view, start, end }: Wanted, window: Window): boolean {
  const margin = Math.ceil((end - start) / 3)
  return window.view === view && window.skip <= Math.max(0, start - margin) && end + margin <= window.skip + window.limit
}
