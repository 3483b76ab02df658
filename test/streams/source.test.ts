import assert from 'node:assert/strict'
import { ArgumentError, MissingError, Source, type SourceTransaction, union, where } from '../../src/streams/index.js'
import { checkLaws } from '../../src/streams/testing/index.js'
import { record } from './recorder.js'

interface Row {
  readonly id: string
  readonly n: number
  readonly note?: string
}
const make = (...rows: readonly Row[]): Source<Row> => new Source<Row>({ key: (row) => row.id, initial: rows })
const a: Row = { id: 'a', n: 1 }
const b: Row = { id: 'b', n: 2 }

describe('Source', () => {
  it('begins with reset, its items and a commit; an empty one commits too', () => {
    assert.equal(record(make(a, b).feed).take(), 'R +a +b .')
    assert.equal(record(make().feed).take(), 'R .')
  })

  const writes: readonly (readonly [string, (source: Source<Row>) => void, string])[] = [
    ['publish of a new item', (source) => source.publish({ id: 'c', n: 3 }), '+c .'],
    ['publish over an item', (source) => source.publish({ id: 'a', n: 3 }), '~a .'],
    ['publish of the same object', (source) => source.publish(a), '.'],
    ['patch', (source) => source.patch('a', { n: 9 }), '~a .'],
    ['retract', (source) => source.retract('b'), '-b .'],
    ['edit', (source) => source.edit((tx) => (tx.retract('a'), tx.patch('b', { n: 5 }), tx.publish({ id: 'c', n: 1 }))), '-a ~b +c .'],
    ['edit that adds and removes', (source) => source.edit((tx) => (tx.publish({ id: 'c', n: 1 }), tx.retract('c'))), '.'],
    ['edit that changes twice', (source) => source.edit((tx) => (tx.patch('a', { n: 2 }), tx.patch('a', { n: 3 }))), '~a .'],
    ['replaceAll', (source) => source.replaceAll([b, { id: 'c', n: 1 }]), '-a +c .'],
    ['nested edit', (source) => source.edit((tx) => (tx.retract('a'), source.edit((inner) => inner.retract('b')))), '-a -b .'],
  ]
  for (const [name, write, expected] of writes) {
    it(`tells ${name} as ${expected}`, () => {
      const source = make(a, b)
      const recorder = record(source.feed.pipe(checkLaws()))
      recorder.take()
      write(source)
      assert.equal(recorder.take(), expected)
    })
  }

  it('unsets fields', () => {
    const source = make({ ...a, note: 'x' })
    source.patch('a', { n: 2 }, { unset: ['note'] })
    assert.deepEqual(source.get('a'), { id: 'a', n: 2 })
  })

  const refused: readonly (readonly [string, (source: Source<Row>) => void, new (...args: never[]) => Error])[] = [
    ['patch of what is not there', (source) => source.patch('z', { n: 1 }), MissingError],
    ['retract of what is not there', (source) => source.retract('z'), MissingError],
    ['patch of the key', (source) => source.patch('a', { id: 'z' }), ArgumentError],
    ['an asynchronous edit', (source) => source.edit((tx) => Promise.resolve(tx.retract('a')) as never), ArgumentError],
    ['a key that is no string', (source) => source.publish({ id: 7, n: 1 } as never), ArgumentError],
    ['a write after the end', (source) => (source.complete(), source.retract('a')), ArgumentError],
  ]
  for (const [name, write, type] of refused) {
    it(`refuses ${name} and has changed nothing`, () => {
      const source = make(a, b)
      const recorder = record(source.feed)
      recorder.take()
      assert.throws(() => write(source), type)
      assert.match(recorder.take(), /^\|?$/)
      assert.deepEqual([source.get('a'), source.get('b'), source.size], [a, b, 2])
    })
  }

  it('rolls an edit back that throws, and sends nothing', () => {
    const source = make(a, b)
    const recorder = record(source.feed)
    recorder.take()
    assert.throws(
      () => source.edit((tx) => (tx.retract('a'), tx.patch('b', { n: 7 }), tx.publish({ id: 'c', n: 1 }), assert.fail('stop'))),
      /stop/,
    )
    assert.equal(recorder.take(), '')
    assert.deepEqual([source.get('a'), source.get('b'), source.size], [a, b, 2])
  })

  it('lets no transaction write after its callback', () => {
    const source = make(a)
    let kept: SourceTransaction<Row> | undefined
    source.edit((tx) => (kept = tx))
    assert.throws(() => kept!.retract('a'), ArgumentError)
  })

  it('gives who joins inside an edit the state without a commit, and is ready at the commit', () => {
    const source = make(a)
    let joined: ReturnType<typeof record> | undefined
    source.edit((tx) => {
      tx.publish(b)
      joined = record(source.feed.pipe(checkLaws()))
      assert.equal(joined.take(), 'R +a +b')
      tx.retract('a')
    })
    assert.equal(joined!.take(), '-a .')
  })

  it('leads who joined inside an edit back when it is rolled back', () => {
    const source = make(a)
    let joined: ReturnType<typeof record> | undefined
    assert.throws(() =>
      source.edit((tx) => {
        tx.publish(b)
        tx.patch('a', { n: 4 })
        joined = record(source.feed.pipe(checkLaws()))
        throw new Error('stop')
      }),
    )
    assert.equal(joined!.take(), 'R +a +b ~a -b .')
  })

  it('gives who joins while events are sent the whole new state once', () => {
    const source = make()
    let joined: ReturnType<typeof record> | undefined
    source.feed.subscribe((event) => {
      if (event.type === 'publish') joined ??= record(source.feed.pipe(checkLaws()))
    })
    source.edit((tx) => (tx.publish(a), tx.publish(b)))
    assert.equal(joined!.take(), 'R +a +b .')
  })

  it('takes a write from inside a subscriber as a turn of its own, later', () => {
    const source = make()
    const order: string[] = []
    source.feed.subscribe((event) => {
      if (event.type === 'publish' && event.id === 'a') source.publish(b)
      order.push(event.type)
    })
    source.publish(a)
    assert.deepEqual(order, ['reset', 'commit', 'publish', 'commit', 'publish', 'commit'])
  })

  it('commits once a turn behind several paths', () => {
    const source = make(a, b)
    const recorder = record(union(source.feed.pipe(where({ n: 1 })), source.feed.pipe(where({ n: 2 }))).pipe(checkLaws()))
    recorder.take()
    source.edit((tx) => (tx.patch('a', { n: 2 }), tx.patch('b', { n: 1 })))
    assert.equal(recorder.take(), '~a ~b .')
  })

  it('releases who leaves, also in the middle of a snapshot', () => {
    const source = make(a, b)
    const recorder = record(source.feed)
    recorder.subscription.unsubscribe()
    recorder.take()
    source.publish({ id: 'c', n: 1 })
    assert.equal(recorder.take(), '')
  })

  it('completes after what waits, and at once for who comes later', () => {
    const source = make(a)
    const recorder = record(source.feed)
    source.complete()
    assert.equal(recorder.take(), 'R +a . |')
    assert.equal(record(source.feed).take(), 'R +a . |')
  })

  it('freezes plain items in development', () => {
    const source = make()
    const item = { id: 'a', n: 1, deep: { list: [1] } }
    source.publish(item)
    assert.ok(Object.isFrozen(item) && Object.isFrozen(item.deep) && Object.isFrozen(item.deep.list))
  })

  it('has positions that sort as its history runs', () => {
    const source = make()
    const positions: string[] = []
    source.feed.subscribe((event) => {
      if (event.type === 'commit') positions.push(Object.values(event.cursor)[0]!)
    })
    for (let count = 0; count < 100; count++) source.publish({ id: 'a', n: count })
    assert.deepEqual(positions, positions.toSorted())
    assert.equal(new Set(positions).size, 101)
  })
})
