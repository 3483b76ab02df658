import { calculateActionName, type QueryParams, runAction } from 'event-reduce-js'
import type { Item, Start } from './subject.js'

/** event-reduce: results kept by its actions, the query run again where it says so. */
export function eventReduce<T extends Item>(
  table: string,
  matches: (row: T) => boolean,
  compare: (a: T, b: T) => number,
  sortFields: readonly string[],
  limit: number | undefined,
  line: (row: T) => string,
): Start {
  return (tables) => {
    const all = new Map((tables[table] as readonly T[]).map((row) => [row.id, row]))
    const query = (): T[] => {
      const rows = [...all.values()].filter(matches).sort(compare)
      return limit === undefined ? rows : rows.slice(0, limit)
    }
    let results = query()
    let byKey = new Map(results.map((row) => [row.id, row]))
    const queryParams: QueryParams<T> = {
      primaryKey: 'id',
      sortFields: [...sortFields],
      ...(limit === undefined ? {} : { limit }),
      queryMatcher: matches,
      sortComparator: (a, b) => (compare(a, b) < 0 ? -1 : 1),
    }
    return {
      write(writes) {
        for (const { row } of writes) {
          const doc = row as T
          const changeEvent = { operation: 'UPDATE' as const, doc, previous: all.get(doc.id)!, id: doc.id }
          all.set(doc.id, doc)
          const action = calculateActionName({ queryParams, changeEvent, previousResults: results, keyDocumentMap: byKey })
          if (action !== 'runFullQueryAgain') runAction(action, queryParams, changeEvent, results, byKey)
          else {
            results = query()
            byKey = new Map(results.map((result) => [result.id, result]))
          }
        }
      },
      result: () => results.map(line),
      close() {
        all.clear()
        byKey.clear()
        results = []
      },
    }
  }
}
