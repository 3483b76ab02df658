import { compileFilter, compileSort, equalValues, type Query } from '../../query.js'
import type { ContractNote } from './driver.js'
import { expectEqual } from './expect.js'
import type { Claims } from './trial.js'

const fruit: Record<string, ContractNote> = {
  a: { title: 'apple', n: 3, tags: ['red', 'green'] },
  b: { title: 'banana', n: 1, done: true },
  c: { title: 'cherry', n: 2, at: new Date(1e12) },
  d: { title: 'date', n: 2 },
  e: { title: 'elderberry', n: 5, done: true },
}

const queries: Record<string, Query<ContractNote>> = {
  everything: {},
  'a filter': { filter: { done: true } },
  'a filter by range': { filter: { n: { $gte: 2, $lt: 5 } } },
  'a filter by date': { filter: { at: new Date(1e12) } },
  'a filter on an array': { filter: { tags: 'red' } },
  'a window': { sort: { n: -1 }, skip: 1, limit: 2 },
  'a window of a filter': { filter: { n: { $lte: 3 } }, sort: { n: 1, title: -1 }, limit: 2 },
  fields: { fields: ['title'] },
}

/** The same query gives the same feed, whether the server runs it or the client does. */
export const queryClaims: Claims = Object.fromEntries(
  Object.entries(queries).map(([name, query]) => [
    `${name}: the same as selecting from everything, at first and live`,
    async (trial) => {
      const writer = trial.notes()
      for (const id of ['a', 'b', 'c']) await writer.publish(fruit[id]!, { id })
      const all = await trial.record(writer.feed()).ready()
      const feed = await trial.record(trial.notes().feed(query)).ready()
      expectEqual(feed.state, selected(all.state, query))
      for (const id of ['d', 'e']) await writer.publish(fruit[id]!, { id })
      await writer.patch('a', { n: 2.5, done: true })
      await writer.retract('b')
      await writer.patch('c', { n: 0 })
      await feed.until((state) => equalValues(state, selected(all.state, query)))
    },
  ]),
)

function selected(
  items: Readonly<Record<string, ContractNote>>,
  { filter = {}, sort, skip = 0, limit = Infinity, fields }: Query<ContractNote>,
): Record<string, ContractNote> {
  const matches = compileFilter<ContractNote>(filter)
  const rows = Object.entries(items).filter(([, item]) => matches(item))
  rows.sort(([a], [b]) => (a < b ? -1 : 1))
  if (sort !== undefined) {
    const order = compileSort<ContractNote>(sort)
    rows.sort(([, a], [, b]) => order(a, b))
  }
  const window = rows.slice(skip, skip + limit)
  return Object.fromEntries(window.map(([id, item]) => [id, fields === undefined ? item : pick(item, fields)]))
}

function pick(item: ContractNote, fields: readonly string[]): ContractNote {
  return Object.fromEntries(Object.entries(item).filter(([field]) => fields.includes(field))) as unknown as ContractNote
}
