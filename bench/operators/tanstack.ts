import { type Collection, createCollection, createLiveQueryCollection, type InitialQueryBuilder } from '@tanstack/db'
import { byTable, type Item, type Start } from './subject.js'

type Collections<T> = { readonly [K in keyof T]: Collection<T[K] & object, string> }

/** TanStack DB: a collection for each table, fed through `sync`, and a live query. */
export function tanstack<T, R>(build: (q: InitialQueryBuilder, tables: Collections<T>) => unknown, line: (row: R) => string): Start {
  return (tables) => {
    const writers: Record<string, (rows: readonly Item[], type: 'insert' | 'update') => void> = {}
    const collections: Record<string, Collection<Item, string>> = {}
    for (const [name, rows] of Object.entries(tables)) {
      collections[name] = createCollection<Item, string>({
        id: `${name}-${Math.random()}`,
        getKey: (row) => row.id,
        startSync: true,
        sync: {
          sync: ({ begin, write, commit, markReady }) => {
            writers[name] = (written, type) => {
              begin()
              for (const value of written) write({ type, value })
              void commit()
            }
            writers[name](rows, 'insert')
            markReady()
          },
        },
      })
    }
    const live = createLiveQueryCollection({
      startSync: true,
      query: (q: InitialQueryBuilder) => build(q, collections as unknown as Collections<T>) as never,
    })
    let events = 0
    const subscription = live.subscribeChanges((list: readonly unknown[]) => (events += list.length), { includeInitialState: true })
    return {
      write(writes) {
        for (const [table, rows] of byTable(writes)) writers[table]!(rows, 'update')
      },
      result: () => (live.toArray as unknown as R[]).map(line),
      close: () => {
        subscription.unsubscribe()
        void live.cleanup()
        for (const collection of Object.values(collections)) void collection.cleanup()
      },
    }
  }
}
