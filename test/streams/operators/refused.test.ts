import assert from 'node:assert/strict'
import { type Observable, of } from 'rxjs'
import {
  aggregate,
  ArgumentError,
  type Feed,
  fields,
  mergeEach,
  OperatorError,
  query,
  QueryError,
  selectEach,
  Source,
  where,
  whereEach,
} from '../../../src/streams/index.js'
import { record } from '../recorder.js'

interface Row {
  readonly id: string
  readonly n: number
}

const make = (): Source<Row> => new Source<Row>({ key: ({ id }) => id, initial: [{ id: 'a', n: 1 }] })
/** What JavaScript lets through: a function that forgets to return. */
const forgetful =
  <V>(value: V) =>
  ({ n }: Row): Observable<V> =>
    (n > 1 ? undefined : of(value)) as Observable<V>

describe('a function that gives no Observable', () => {
  type Rows = Feed<Row>
  const table: Readonly<Record<string, (feed: Rows) => Feed<unknown>>> = {
    selectEach: selectEach(forgetful(1)),
    whereEach: whereEach(forgetful(true)),
    mergeEach: mergeEach(forgetful(undefined) as unknown as () => Rows),
  }
  for (const [name, operator] of Object.entries(table)) {
    it(`ends ${name} with an OperatorError, for who comes early and late`, () => {
      const source = make()
      const early = record(operator(source.feed))
      source.publish({ id: 'a', n: 2 })
      for (const { errors } of [early, record(operator(source.feed))]) {
        assert.ok(errors[0] instanceof OperatorError)
        assert.match(errors[0].message, new RegExp(`${name}.*"a".*an Observable, not undefined`))
      }
    })
  }
})

describe('an aggregator that cannot begin', () => {
  it('ends aggregate with an OperatorError', () => {
    const errors: unknown[] = []
    const accumulate = (): never => {
      throw new Error('mine')
    }
    make()
      .feed.pipe(aggregate({ accumulate }))
      .subscribe({ error: (error) => errors.push(error) })
    assert.ok(errors[0] instanceof OperatorError)
  })
})

describe('what types would refuse', () => {
  it('is refused at once, by name', () => {
    const none = null as unknown as Readonly<Record<string, never>>
    assert.throws(() => fields<never, never>('a' as never, '__proto__' as never), { constructor: ArgumentError, message: /__proto__/ })
    assert.throws(() => query<Row>({ filter: none }), { constructor: QueryError, path: 'filter' })
    assert.throws(() => where<Row>(none), { constructor: QueryError, path: 'filter' })
  })
})
