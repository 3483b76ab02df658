import type { Observable } from 'rxjs'
import { asArray, type Feed, type FeedEvent, Source } from '../../src/streams/index.js'
import { byTable, type Item, type Start } from './subject.js'

type Feeds = Readonly<Record<string, Feed<never>>>

/** Ours: a Source for each table, and a feed of them. */
export function rachis<R>(build: (feeds: Feeds) => Observable<FeedEvent<R>>, line: (row: R) => string): Start {
  return (tables) => {
    const sources = Object.fromEntries(
      Object.entries(tables).map(([name, rows]) => [name, new Source<Item>({ key: (row) => row.id, initial: rows })]),
    )
    const feed = build(
      Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.feed as Feed<unknown> as Feed<never>])),
    )
    let events = 0
    const subscription = feed.subscribe(() => events++)
    return {
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
    const sources = Object.fromEntries(
      Object.entries(tables).map(([name, rows]) => [name, new Source<Item>({ key: (row) => row.id, initial: rows })]),
    )
    let last = ''
    const feeds = Object.fromEntries(Object.entries(sources).map(([name, source]) => [name, source.feed as Feed<unknown> as Feed<never>]))
    let value: V | undefined
    const subscription = build(feeds).subscribe((next) => (value = next))
    return {
      write(writes) {
        sources[writes[0]!.table]!.edit((tx) => {
          for (const { row } of writes) tx.publish(row)
        })
      },
      result: () => [(last = line(value!))],
      close: () => {
        subscription.unsubscribe()
        void last
      },
    }
  }
}
