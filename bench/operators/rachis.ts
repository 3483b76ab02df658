import type { Observable } from 'rxjs'
import { asArray, type Feed, type FeedEvent, Source } from '../../src/streams/index.js'
import { byTable, type Item, type Start, type Subject, type Tables } from './subject.js'

type Feeds = Readonly<Record<string, Feed<never>>>

/** Ours: a Source for each table, and a feed of them. */
export function rachis<R>(build: (feeds: Feeds) => Observable<FeedEvent<R>>, line: (row: R) => string): Start {
  return (tables) => {
    const { feeds, write } = sourcesOf(tables)
    const feed = build(feeds)
    let events = 0
    const subscription = feed.subscribe(() => events++)
    return {
      write,
      result() {
        let lines: string[] = []
        feed
          .pipe(asArray())
          .subscribe((list) => (lines = list.map(line)))
          .unsubscribe()
        return lines
      },
      close: () => {
        subscription.unsubscribe()
      },
    }
  }
}

/** Ours, for a value instead of rows. */
export function rachisValue<V>(build: (feeds: Feeds) => Observable<V>, line: (value: V) => string): Start {
  return (tables) => {
    const { feeds, write } = sourcesOf(tables)
    let value: V | undefined
    const subscription = build(feeds).subscribe((next) => (value = next))
    return {
      write,
      result: () => [line(value!)],
      close: () => {
        subscription.unsubscribe()
      },
    }
  }
}

function sourcesOf(tables: Tables): { readonly feeds: Feeds; readonly write: Subject['write'] } {
  const sources: Record<string, Source<Item>> = {}
  const feeds: Record<string, Feed<never>> = {}
  for (const [name, rows] of Object.entries(tables)) {
    const source = (sources[name] = new Source<Item>({ key: (row) => row.id, initial: rows }))
    feeds[name] = source.feed as Feed<unknown> as Feed<never>
  }
  return {
    feeds,
    write(writes) {
      for (const [table, rows] of byTable(writes)) {
        if (rows.length === 1) sources[table]!.publish(rows[0]!)
        else {
          sources[table]!.edit((tx) => {
            for (const row of rows) tx.publish(row)
          })
        }
      }
    },
  }
}
