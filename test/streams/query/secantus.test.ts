import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Connection } from 'mongoose'
import { compileFilter, compileSort, type Sort } from '../../../src/streams/query.js'
import { openMongodb } from '../../server/mongodb-connection.js'
import { type SecantusServer, startSecantus } from '../../services/secantus.js'
import { filter, item, sortable, sortOf } from './arbitraries.js'
import { filterExceptions, isExplained } from './filter-exceptions.js'
import { show } from './show.js'
import { sortExceptions } from './sort-exceptions.js'

type Item = Record<string, unknown>

describe('compileFilter and compileSort beside SecantusDB', function () {
  this.timeout(60_000)
  let server: SecantusServer
  let connection: Connection
  let collections = 0
  before(async function () {
    server = await startSecantus(this)
    connection = await openMongodb(server)
  })
  after(async () => {
    await (connection as Connection | undefined)?.close()
    await (server as SecantusServer | undefined)?.stop()
  })

  /** The ids that the server finds among the items, in its order, for any of many questions; `undefined` where it refuses. */
  async function ask(items: readonly object[]): Promise<(filter: object, sort?: Sort<Item>) => Promise<unknown[] | undefined>> {
    const collection = connection.collection(`c${String(++collections)}`)
    await collection.insertMany(items.map((given, _id): Record<string, unknown> => ({ _id, ...given })))
    return async (query, sort) => {
      try {
        const found = collection.find(query, { projection: { _id: 1 } })
        return (await (sort === undefined ? found : found.sort(Object.entries(sort) as [string, 1 | -1][])).toArray()).map(({ _id }) => _id)
      } catch {
        return undefined
      }
    }
  }

  it('finds the same, but for the named exceptions', async () => {
    let compared = 0
    let explained = 0
    const many = <T>(arbitrary: fc.Arbitrary<T>, length: number) => fc.array(arbitrary, { minLength: length, maxLength: length })
    await fc.assert(
      fc.asyncProperty(many(item, 60), many(filter, 60), async (items, filters) => {
        const find = await ask(items)
        for (const query of filters) {
          const found = await find(query)
          const matches = compileFilter<Item>(query)
          if (found === undefined) {
            assert.ok(isExplained(query, {}), `refused: ${show(query)}`)
            continue
          }
          items.forEach((one, i) => {
            compared++
            if (found.includes(i) === matches(one)) return
            assert.ok(isExplained(query, one), `we say ${String(matches(one))}: ${show(query)} of ${show(one)}`)
            explained++
          })
        }
      }),
      { numRuns: 3, endOnFailure: true },
    )
    assert.ok(explained < compared / 50, `${String(explained)} of ${String(compared)}`)
  })

  it('sorts the same, but for the named exceptions', async () => {
    const many = <T>(arbitrary: fc.Arbitrary<T>, length: number) => fc.array(arbitrary, { minLength: length, maxLength: length })
    await fc.assert(
      fc.asyncProperty(many(sortable, 60), many(sortOf('a', 'a.b', 'a.c', 'a.0', 'a.1'), 10), async (given, sorts) => {
        const items = given.map((one, _id) => ({ ...one, _id }))
        const find = await ask(items)
        for (const sort of sorts) {
          const compare = compileSort<Item>({ ...sort, _id: 1 })
          assert.deepEqual(
            await find({}, { ...sort, _id: 1 }),
            [...items].sort(compare).map(({ _id }) => _id),
            show(sort),
          )
        }
      }),
      { numRuns: 3, endOnFailure: true },
    )
  })

  describe('differs only where SecantusDB is wrong', () => {
    for (const { what, filter: query, item: one, finds } of filterExceptions.filter(({ engine }) => engine === 'SecantusDB')) {
      it(what, async () => {
        assert.equal(compileFilter<Item>(query)(one as Item), finds)
        assert.notEqual((await (await ask([one]))(query))?.length === 1, finds, 'SecantusDB has learned this: take the row out')
        assert.ok(isExplained(query, one))
      })
    }
    for (const { what, sort, items } of sortExceptions.filter(({ engine }) => engine === 'SecantusDB')) {
      it(what, async () => {
        const [first, second] = items as readonly [Item, Item]
        assert.ok(compileSort<Item>(sort)(first, second) < 0)
        const found = await (await ask(items))({}, { ...sort, _id: 1 })
        assert.notDeepEqual(found, [first._id, second._id], 'SecantusDB has learned this: take the row out')
      })
    }
  })
})
