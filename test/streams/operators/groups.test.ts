import assert from 'node:assert/strict'
import {
  distinctBy,
  type Feed,
  type FeedEvent,
  group,
  limitSize,
  OperatorError,
  orderBy,
  QueryError,
  rekey,
  reverse,
  rollup,
  selectMany,
  someOf,
  Source,
  sumOf,
  top,
  ArgumentError,
} from '../../../src/streams/index.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

interface Row {
  readonly id: string
  readonly n: number
  readonly g?: string
}
const a: Row = { id: 'a', n: 1, g: 'x' }
const b: Row = { id: 'b', n: 2, g: 'y' }
const c: Row = { id: 'c', n: 3, g: 'x' }
const make = (): Source<Row> => new Source<Row>({ key: (row) => row.id, initial: [a, b, c] })
const byN = orderBy<Row>({ n: 1 })
const children = selectMany<Row, string>((row) => Array.from({ length: row.n }, (_, index) => `${row.g ?? ''}${String(index)}`))
const byName = selectMany<Row, string>((row) => (row.g ?? '').split(''), { key: (name) => name })

type Operator = (feed: Feed<Row>) => Feed<unknown>
type Write = (source: Source<Row>) => void

describe('operators of keys, groups and order', () => {
  const table: readonly (readonly [string, Operator, string, Write, string])[] = [
    ['rekey has the item whose key comes first', rekey<Row>('g' as never), 'R +x +y .', (s) => s.patch('c', { n: 9 }), ''],
    ['rekey lets the next one in', rekey<Row>((row) => row.g!), 'R +x +y .', (s) => s.retract('a'), '~x .'],
    ['rekey moves an item as retract and publish', rekey<Row>((row) => row.g!), 'R +x +y .', (s) => s.patch('b', { g: 'z' }), '-y +z .'],
    ['rekey resolves', rekey<Row>((row) => row.g!, { resolve: (rows) => rows.at(-1)! }), 'R +x +y .', (s) => s.patch('a', { n: 9 }), ''],
    ['distinctBy lets the next one in', distinctBy<Row>('g'), 'R +a +b .', (s) => s.retract('a'), '-a +c .'],
    ['distinctBy does not tell of the others', distinctBy<Row>('g'), 'R +a +b .', (s) => s.patch('c', { n: 9 }), ''],
    [
      'distinctBy shows another when the order changes',
      distinctBy<Row>('g', { order: { n: -1 } }),
      'R +c +b .',
      (s) => s.patch('a', { n: 9 }),
      '-c +a .',
    ],
    [
      'distinctBy changes one that is first of another value now',
      distinctBy<Row>('g'),
      'R +a +b .',
      (s) => s.patch('a', { g: 'z' }),
      '+c ~a .',
    ],
    [
      'distinctBy composes within a transaction',
      distinctBy<Row>('g'),
      'R +a +b .',
      (s) => s.edit((tx) => (tx.patch('a', { g: 'y' }), tx.patch('b', { g: 'x' }), tx.patch('a', { g: 'x' }), tx.patch('b', { g: 'y' }))),
      '~a ~b .',
    ],
    ['distinctBy knows NaN', distinctBy<Row>((row) => row.n / 0 - row.n / 0), 'R +a .', (s) => s.retract('a'), '-a +b .'],
    [
      'selectMany sends only children that differ',
      children,
      'R +["a","0"] +["b","0"] +["b","1"] +["c","0"] +["c","1"] +["c","2"] .',
      (s) => s.patch('b', { n: 3 }),
      '+["b","2"] .',
    ],
    [
      'selectMany drops what is gone',
      byName,
      'R +["a","x"] +["b","y"] +["c","x"] .',
      (s) => s.patch('a', { g: 'zy' }),
      '-["a","x"] +["a","z"] +["a","y"] .',
    ],
    ['selectMany sends nothing for the same children', byName, 'R +["a","x"] +["b","y"] +["c","x"] .', (s) => s.patch('a', { n: 9 }), ''],
    ['rollup sends the rows that changed', rollup('g', { sum: sumOf<Row>('n') }), 'R +x +y .', (s) => s.patch('a', { n: 9 }), '~x .'],
    [
      'rollup sends no row that is the same',
      rollup('g', { some: someOf((row: Row) => row.n > 2) }),
      'R +x +y .',
      (s) => s.patch('a', { n: 9 }),
      '',
    ],
    ['rollup retracts an empty group', rollup('g', {}), 'R +x +y .', (s) => s.patch('b', { g: 'x' }), '-y .'],
    ['top lets the next one in', (feed) => byN(feed).pipe(top(2)), 'R +a>0 +b>1 .', (s) => s.retract('a'), '-a<0 +c>1 .'],
    [
      'reverse mirrors a publish',
      (feed) => byN(feed).pipe(reverse()),
      'R +c>0 +b>1 +a>2 .',
      (s) => s.publish({ id: 'd', n: 1.5 }),
      '+d>2 .',
    ],
    ['reverse mirrors a retract', (feed) => byN(feed).pipe(reverse()), 'R +c>0 +b>1 +a>2 .', (s) => s.retract('a'), '-a<2 .'],
    ['reverse mirrors a move', (feed) => byN(feed).pipe(reverse()), 'R +c>0 +b>1 +a>2 .', (s) => s.patch('a', { n: 2.5 }), '~a<2>1 .'],
    ['limitSize has no places', limitSize(2, { n: -1 }), 'R +c +b .', (s) => s.patch('a', { n: 9 }), '-b +a .'],
  ]
  for (const [name, operator, snapshot, write, expected] of table) {
    it(name, () => {
      const source = make()
      const recorder = record(operator(source.feed).pipe(checkLaws<FeedEvent<unknown>>()))
      assert.equal(recorder.take(), snapshot)
      write(source)
      assert.equal(recorder.take(), expected)
      source.complete()
      assert.equal(recorder.take(), '|')
    })
  }

  const mine = (): never => {
    throw new Error('mine')
  }
  const failures: readonly (readonly [operator: string, what: string, build: Operator, id: string | undefined])[] = [
    ['rekey', 'its key', rekey(mine), 'a'],
    ['rekey', 'resolve', rekey(() => 'x', { resolve: mine }), 'x'],
    ['distinctBy', 'its value', distinctBy(mine), 'a'],
    ['distinctBy', 'its order', distinctBy<Row>(() => 0, { order: mine }), 'b'],
    ['selectMany', 'project', selectMany(mine), 'a'],
    ['selectMany', 'its key', selectMany(() => [1], { key: mine }), 'a'],
    ['group', 'its key', group(mine), 'a'],
    ['rollup', 'its key', rollup(mine, {}), 'a'],
    ['rollup', 'an aggregator', rollup('id', { sum: sumOf(mine) }), 'a'],
  ]
  for (const [operator, what, build, id] of failures) {
    it(`${operator} ends with an OperatorError when ${what} throws`, () => {
      const [error] = record(build(make().feed)).errors
      assert.ok(error instanceof OperatorError)
      assert.deepEqual([error.operator, error.id, (error.cause as Error).message], [operator, id, 'mine'])
    })
  }

  it('rekey refuses a key that is not a string', () => {
    const [error] = record(make().feed.pipe(rekey(((row: Row) => row.n) as never))).errors
    assert.ok(error instanceof OperatorError && error.operator === 'rekey' && error.id === 'a' && error.cause instanceof ArgumentError)
  })

  it('selectMany refuses two children with one key', () => {
    const [error] = record(make().feed.pipe(selectMany((row) => [row.n, row.n], { key: String }))).errors
    assert.ok(error instanceof OperatorError && error.operator === 'selectMany' && error.message.includes('["a","1"]'))
  })

  it('refuse bad arguments at once', () => {
    assert.throws(() => distinctBy<Row>('g', { order: { n: 2 } as never }), QueryError)
    assert.throws(() => limitSize<Row>(2, { n: 2 } as never), QueryError)
    assert.throws(() => limitSize<Row>(-1, { n: 1 }), ArgumentError)
    assert.throws(() => top(1.5), ArgumentError)
  })
})
