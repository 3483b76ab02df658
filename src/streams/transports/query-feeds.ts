import { Observable, type Subscriber } from 'rxjs'
import type { Feed, FeedEvent } from '../event.js'
import { turns } from '../internal/turns.js'
import type { Known } from '../node.js'
import { canonicalQuery, type Query } from '../query.js'
import { tellKnown } from './known-of.js'

/** One upstream subscription in use, of however many subscribers. */
export interface Upstream<T> {
  /** Called inside a turn. */
  join(out: Subscriber<FeedEvent<T>>): void
  known(): Known<T> | undefined
}

/** Begins an upstream subscription; `ended` is to be called once when it is over. What it throws is the error of the feed. */
export type OpenUpstream<T> = (query: Query<T>, known: Known<T> | undefined, ended: () => void) => Upstream<T>

/** The feeds of a node: those of the same query share one upstream subscription, one that resumes from its own `known` has its own. */
export class QueryFeeds<T extends object> {
  private readonly shared = new Map<string, Upstream<T>>()

  constructor(private readonly open: OpenUpstream<T>) {}

  feed(query: Query<T> = {}, { known }: { readonly known?: Known<T> } = {}): Feed<T> {
    let upstream: Upstream<T> | undefined
    const begin = (): Upstream<T> => {
      if (!known) return this.share(query)
      return (upstream ??= this.open(query, known, () => {
        upstream = undefined
      }))
    }
    const feed = new Observable<FeedEvent<T>>((out) => {
      let joined: Upstream<T>
      try {
        joined = begin()
      } catch (error) {
        out.error(error)
        return
      }
      turns.join(() => {
        joined.join(out)
      })
    })
    return tellKnown(feed, () => (known ? upstream : this.shared.get(canonicalQuery(query)))?.known())
  }

  private share(query: Query<T>): Upstream<T> {
    const name = canonicalQuery(query)
    let upstream = this.shared.get(name)
    if (!upstream) {
      upstream = this.open(query, undefined, () => this.shared.delete(name))
      this.shared.set(name, upstream)
    }
    return upstream
  }
}
