import { type Feed, type FeedEvent, Source } from 'rachis'
import { tallied } from '../tallied.js'
import type { City } from './city.js'

/** How many cities, and how many people in them, of one country (or `*`, all) whose names begin with `prefix`. */
export interface Tally {
  readonly id: string
  readonly country: string
  readonly prefix: string
  readonly nation: string
  readonly cities: number
  readonly people: number
}

/**
 * Keeps the tallies of a feed of cities, one transaction for each of the feed's, so that a page which asks how many there are gets one row
 * instead of 135,233. Each event touches at most `2 * (tallied + 1)` rows.
 */
export class Tallies {
  readonly source = new Source<Tally>({ key: (tally) => tally.id })
  private readonly rows = new Map<string, { country: string; prefix: string; nation: string; cities: number; people: number }>()
  private touched = new Set<string>()

  /** Resolves with the first whole state. */
  follow(feed: Feed<City>): { readonly ready: Promise<void>; readonly stop: () => void } {
    let stop = (): void => undefined
    const ready = new Promise<void>((resolve, reject) => {
      const subscription = feed.subscribe({
        next: (event) => {
          this.apply(event)
          if (event.type === 'commit') resolve()
        },
        error: reject,
      })
      stop = () => {
        subscription.unsubscribe()
      }
    })
    return { ready, stop }
  }

  private apply(event: FeedEvent<City>): void {
    switch (event.type) {
      case 'publish':
        this.add(event.item, 1)
        break
      case 'change':
        this.add(event.previous, -1)
        this.add(event.item, 1)
        break
      case 'retract':
        this.add(event.previous, -1)
        break
      case 'reset':
        for (const [id, row] of this.rows) {
          row.cities = row.people = 0
          this.touched.add(id)
        }
        break
      case 'commit':
        this.flush()
    }
  }

  private add({ key, country, nation, population }: City, sign: 1 | -1): void {
    for (let length = 0; length <= Math.min(tallied, key.length); length++) {
      const prefix = key.slice(0, length)
      this.count('*', prefix, 'All countries', sign, population)
      this.count(country, prefix, nation, sign, population)
    }
  }

  private count(country: string, prefix: string, nation: string, sign: 1 | -1, population: number): void {
    const id = `${country} ${prefix}`
    let row = this.rows.get(id)
    if (row === undefined) this.rows.set(id, (row = { country, prefix, nation, cities: 0, people: 0 }))
    row.cities += sign
    row.people += sign * population
    this.touched.add(id)
  }

  private flush(): void {
    const { touched } = this
    this.touched = new Set()
    // A write from inside a subscriber is a turn of its own, later.
    this.source.edit((tx) => {
      for (const id of touched) {
        const row = this.rows.get(id)
        if (row === undefined) continue
        if (row.cities > 0) tx.publish({ id, ...row })
        else {
          this.rows.delete(id)
          if (tx.get(id) !== undefined) tx.retract(id)
        }
      }
    })
  }
}
