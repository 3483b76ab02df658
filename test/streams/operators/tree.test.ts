import assert from 'node:assert/strict'
import { type Feed, OperatorError, QueryError, Source, tree, type TreeNode } from '../../../src/streams/index.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import { record } from '../recorder.js'

interface Folder {
  readonly id: string
  readonly up?: string | null
  readonly n?: number
}
const make = (...folders: readonly Folder[]): Source<Folder> => new Source<Folder>({ key: ({ id }) => id, initial: folders })
/** `b` and `c` under `a`, `d` under `b`; and `r`. */
const usual = (): Source<Folder> =>
  make({ id: 'a' }, { id: 'b', up: 'a', n: 2 }, { id: 'c', up: 'a', n: 1 }, { id: 'd', up: 'b' }, { id: 'r', up: null })

/** The roots of a feed as they are now. */
function rootsOf(feed: Feed<TreeNode<Folder>>): ReadonlyMap<string, TreeNode<Folder>> {
  const roots = new Map<string, TreeNode<Folder>>()
  feed.pipe(checkLaws()).subscribe((event) => {
    if (event.type === 'retract') roots.delete(event.id)
    else if (event.type !== 'commit' && event.type !== 'reset') roots.set(event.id, event.item)
  })
  return roots
}
const text = ({ id, children, problem }: TreeNode<Folder>): string =>
  id + (children.length > 0 ? `(${children.map(text).join(' ')})` : '') + (problem === undefined ? '' : `:${problem}`)
const show = (roots: ReadonlyMap<string, TreeNode<Folder>>): string =>
  [...roots.values()]
    .sort((x, y) => (x.id < y.id ? -1 : 1))
    .map(text)
    .join(' ')

describe('tree', () => {
  const table: readonly (readonly [string, (source: Source<Folder>) => void, events: string, roots: string])[] = [
    ['has the roots with what is below them', () => undefined, '', 'a(b(d) c) r'],
    ['a leaf that comes', (s) => s.publish({ id: 'e', up: 'c' }), '~a .', 'a(b(d) c(e)) r'],
    ['a leaf that goes', (s) => s.retract('d'), '~a .', 'a(b c) r'],
    ['a root that comes', (s) => s.publish({ id: 'e' }), '+e .', 'a(b(d) c) e r'],
    ['a node that changes', (s) => s.patch('d', { n: 1 }), '~a .', 'a(b(d) c) r'],
    ['a new parent moves the subtree', (s) => s.patch('b', { up: 'r' }), '~a ~r .', 'a(c) r(b(d))'],
    ['a subtree that becomes a root', (s) => s.patch('b', { up: null }), '~a +b .', 'a(c) b(d) r'],
    ['a root that becomes a subtree', (s) => s.patch('a', { up: 'r' }), '-a ~r .', 'r(a(b(d) c))'],
    ['a parent that goes leaves orphans', (s) => s.retract('a'), '-a +b +c .', 'b(d):orphan c:orphan r'],
    ['an orphan', (s) => s.publish({ id: 'o', up: 'none' }), '+o .', 'a(b(d) c) o:orphan r'],
    ['a parent that comes takes its orphans', (s) => (s.retract('b'), s.publish({ id: 'b' })), '~a +d . -d +b .', 'a(c) b(d) r'],
    ['a cycle is cut at its least id', (s) => s.patch('a', { up: 'd' }), '~a .', 'a(b(d) c):cycle r'],
    [
      'the least id decides, not who closed it',
      (s) => s.edit((tx) => (tx.patch('r', { up: 'z' }), tx.publish({ id: 'z', up: 'r' }))),
      '~r .',
      'a(b(d) c) r(z):cycle',
    ],
    ['what hangs on a cycle', (s) => (s.publish({ id: 'e', up: 'd' }), s.patch('a', { up: 'd' })), '~a . ~a .', 'a(b(d(e)) c):cycle r'],
    ['a cycle that is opened', (s) => (s.patch('a', { up: 'd' }), s.patch('d', { up: 'r' })), '~a . -a ~r .', 'r(d(a(b c)))'],
    ['its own parent', (s) => s.patch('r', { up: 'r' }), '~r .', 'a(b(d) c) r:cycle'],
    ['a cycle of which one goes', (s) => (s.patch('a', { up: 'd' }), s.retract('b')), '~a . -a +d .', 'd(a(c)):orphan r'],
    [
      'a lesser id takes the cut of a cycle',
      (s) => (s.patch('a', { up: 'd' }), s.edit((tx) => (tx.publish({ id: 'A', up: 'd' }), tx.patch('a', { up: 'A' })))),
      '~a . +A -a .',
      'A(a(b(d) c)):cycle r',
    ],
    [
      'a transaction is one change',
      (s) => s.edit((tx) => (tx.patch('c', { up: 'b' }), tx.patch('d', { up: 'c' }))),
      '~a .',
      'a(b(c(d))) r',
    ],
    ['all is replaced', (s) => s.replaceAll([{ id: 'b' }]), '-a -r +b .', 'b'],
  ]
  for (const [name, write, events, expected] of table) {
    it(name, () => {
      const source = usual()
      const feed = source.feed.pipe(tree('up'))
      const roots = rootsOf(feed)
      const recorder = record(feed)
      recorder.take()
      write(source)
      assert.deepEqual([sortTurns(recorder.take()), show(roots)], [sortTurns(events), expected])
    })
  }

  it('orders the children, ties by id', () => {
    assert.equal(show(rootsOf(usual().feed.pipe(tree('up', { order: { n: 1 } })))), 'a(c b(d)) r')
    assert.equal(show(rootsOf(usual().feed.pipe(tree(({ up }) => up, { order: () => 0 })))), 'a(b(d) c) r')
  })

  it('makes anew only the nodes on the way to the root', () => {
    const source = usual()
    const roots = rootsOf(source.feed.pipe(tree('up')))
    const { children: before } = roots.get('a')!
    source.patch('d', { n: 5 })
    const { children: after } = roots.get('a')!
    assert.deepEqual([after[0] === before[0], after[1] === before[1]], [false, true])
    source.patch('a', { up: 'r' })
    assert.equal(roots.get('r')!.children[0]!.children[1], before[1])
  })

  it('goes ten thousand deep', () => {
    const name = (i: number): string => `n${String(i).padStart(5, '0')}`
    const deep = make(...Array.from({ length: 10_000 }, (_, i): Folder => (i === 0 ? { id: name(0) } : { id: name(i), up: name(i - 1) })))
    const roots = rootsOf(deep.feed.pipe(tree('up')))
    deep.patch(name(9_999), { n: 1 })
    let depth = 0
    for (let node = roots.get(name(0)); node !== undefined; [node] = node.children) depth++
    deep.patch(name(0), { up: name(9_999) })
    assert.deepEqual([depth, roots.size, roots.get(name(0))!.problem], [10_000, 1, 'cycle'])
    deep.retract(name(5_000))
    assert.deepEqual([...roots.keys()], [name(5_001)])
  })

  it('refuses a bad sort at once', () => {
    assert.throws(() => tree<Folder>('up', { order: { n: 2 } as never }), QueryError)
  })

  it('names itself and the id when a function of the user throws', () => {
    const throwing = (): never => {
      throw new Error('mine')
    }
    const [error] = record(usual().feed.pipe(tree(throwing))).errors
    assert.ok(error instanceof OperatorError && error.operator === 'tree' && error.id === 'a')
    const [another] = record(usual().feed.pipe(tree('up', { order: throwing }))).errors
    assert.ok(another instanceof OperatorError && another.operator === 'tree' && another.id === 'c')
  })
})

/** The order of the events of one transaction is of no account. */
function sortTurns(events: string): string {
  return events
    .split(' .')
    .map((turn) => turn.trim().split(' ').sort().join(' '))
    .join(' . ')
}
