import assert from 'node:assert/strict'
import { type Feed, OperatorError, QueryError, related, Source } from '../../../src/streams/index.js'
import { equalValues } from '../../../src/streams/query.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

interface List {
  readonly id: string
  readonly tag?: string
}
interface Task {
  readonly id: string
  readonly list?: string | null
  readonly n?: number
}
const make = (): { lists: Source<List>; tasks: Source<Task> } => ({
  lists: new Source<List>({ key: ({ id }) => id, initial: [{ id: 'home' }, { id: 'work' }] }),
  tasks: new Source<Task>({
    key: ({ id }) => id,
    initial: [
      { id: 'c', list: 'home', n: 1 },
      { id: 'a', list: 'home', n: 2 },
      { id: 'b', list: 'home', n: 1 },
      { id: 'x', list: null },
    ],
  }),
})
type Given = ReturnType<typeof make>

/** What a write sends, and the ids of the children of "home" then. */
function after(given: Given, feed: Feed<List & { readonly children: readonly Task[] }>, write: () => void): string {
  let children: readonly Task[] = []
  const checked = feed.pipe(checkLaws({ same: equalValues }))
  checked.subscribe((event) => {
    if (event.type !== 'commit' && event.type !== 'reset' && event.type !== 'retract' && event.id === 'home') ({ children } = event.item)
  })
  const recorder = record(checked)
  recorder.take()
  write()
  return `${recorder.take()} ${children.map(({ id }) => id).join('')}`
}

describe('related', () => {
  const table: readonly (readonly [string, (given: Given) => void, string])[] = [
    ['has the children in order of their ids', () => undefined, ' abc'],
    ['a child that comes', ({ tasks }) => tasks.publish({ id: 'aa', list: 'home' }), '~home . aaabc'],
    ['a child that goes', ({ tasks }) => tasks.retract('b'), '~home . ac'],
    ['a child that changes', ({ tasks }) => tasks.patch('b', { n: 9 }), '~home . abc'],
    ['a child that moves', ({ tasks }) => tasks.patch('b', { list: 'work' }), '~home ~work . ac'],
    ['a child of nobody', ({ tasks }) => tasks.publish({ id: 'y', list: 'nowhere' }), ' abc'],
    ['a child without a key', ({ tasks }) => tasks.patch('x', { n: 1 }), ' abc'],
    ['a parent that changes', ({ lists }) => lists.publish({ id: 'home', tag: 'new' }), '~home . abc'],
    [
      'a parent that comes has its children',
      ({ lists, tasks }) => (tasks.publish({ id: 'z', list: 'new' }), lists.publish({ id: 'new' })),
      '+new . abc',
    ],
    ['a parent that goes', ({ lists }) => lists.retract('work'), '-work . abc'],
  ]
  for (const [name, write, expected] of table) {
    it(name, () => {
      const given = make()
      assert.equal(
        after(given, given.lists.feed.pipe(related(given.tasks.feed, { right: 'list' })), () => {
          write(given)
        }),
        expected,
      )
    })
  }

  const orders = [
    ['a sort', { n: -1 } as const, 'abc'],
    ['a comparator, ties by id', (x: Task, y: Task) => (x.n ?? 0) - (y.n ?? 0), 'bca'],
  ] as const
  for (const [name, order, expected] of orders) {
    it(`orders the children by ${name}`, () => {
      const given = make()
      assert.equal(
        after(given, given.lists.feed.pipe(related(given.tasks.feed, { right: 'list', order })), () => undefined),
        ` ${expected}`,
      )
    })
  }

  it('keeps the array of the children as long as none of them has changed', () => {
    const { lists, tasks } = make()
    const seen: (readonly Task[])[] = []
    lists.feed.pipe(related(tasks.feed, { right: 'list' })).subscribe((event) => {
      if (event.type === 'publish' || event.type === 'change') seen.push(event.item.children)
    })
    lists.publish({ id: 'home', tag: 'new' })
    tasks.patch('a', { n: 7 })
    assert.deepEqual([seen.length, seen[2] === seen[0], seen[3] === seen[2]], [4, true, false])
  })

  it('shares the array between parents of one key', () => {
    const { lists, tasks } = make()
    const seen = new Set<readonly Task[]>()
    lists.feed.pipe(related(tasks.feed, { left: () => 'home', right: 'list' })).subscribe((event) => {
      if (event.type === 'publish') seen.add(event.item.children)
    })
    assert.equal(seen.size, 1)
  })

  it('refuses a bad sort at once', () => {
    assert.throws(() => related<List, Task, 'list'>(make().tasks.feed, { right: 'list', order: { n: 2 } as never }), QueryError)
  })

  const throwing = (): never => {
    throw new Error('mine')
  }
  const failures: readonly (readonly [string, string, (given: Given) => Feed<unknown>])[] = [
    ['select', 'home', (w) => w.lists.feed.pipe(related(w.tasks.feed, { right: 'list', select: throwing }))],
    ['order', 'a', (w) => w.lists.feed.pipe(related(w.tasks.feed, { right: 'list', order: throwing }))],
    ['right', 'c', (w) => w.lists.feed.pipe(related(w.tasks.feed, { right: (): string => throwing() }))],
  ]
  for (const [name, id, build] of failures) {
    it(`names itself and an id when ${name} throws`, () => {
      const [error] = record(build(make())).errors
      assert.ok(error instanceof OperatorError && error.operator === 'related' && error.id === id)
    })
  }
})
