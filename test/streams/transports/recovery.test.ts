import assert from 'node:assert/strict'
import fc from 'fast-check'
import { applyEvent, type FeedEvent, type Key } from '../../../src/streams/event.js'
import { Recovery, type RecoveryOptions } from '../../../src/streams/transports/recovery.js'

interface Item {
  n: number
}
type Step = (recovery: Recovery<Item>) => void

const begin: Step = (recovery) => recovery.begin('lost', 'h')
const part =
  (...items: [Key, number][]): Step =>
  (recovery) =>
    recovery.part(items.map(([id, n]) => [id, { n }]))
const put =
  (id: Key, n: number): Step =>
  (recovery) =>
    recovery.put(id, { n })
const remove =
  (id: Key): Step =>
  (recovery) =>
    recovery.remove(id)
const resume: Step = (recovery) => recovery.resume('h')
const interrupt: Step = (recovery) => recovery.interrupt()
const known = { items: [['k', { n: 0 }] as const], point: { cursor: { r: 'a1' }, queryHash: 'h' } }

function tell(events: readonly FeedEvent<Item>[] | undefined): string {
  if (events === undefined) return 'nothing'
  const texts = events.map((event) => {
    if (event.type === 'reset') return `reset(${event.reason})`
    if (event.type === 'commit') return 'commit'
    return event.type === 'retract' ? `-${event.id}` : `${event.type === 'publish' ? '+' : '~'}${event.id}${event.item.n}`
  })
  return texts.length === 0 ? 'ready' : texts.join(' ')
}

describe('recovery', () => {
  // Each array of steps ends with a commit, whose events stand beside it.
  const cases: [name: string, options: RecoveryOptions<Item>, ...commits: [Step[], string][]][] = [
    ['an empty snapshot', {}, [[begin], 'reset(subscribed)']],
    ['a snapshot of several parts', {}, [[begin, part(['a', 1]), part(['b', 2])], 'reset(subscribed) +a1 +b2']],
    ['a commit before any snapshot', {}, [[], 'nothing'], [[put('a', 1)], 'nothing']],
    ['live events before the snapshot, which has them', {}, [[put('a', 1), begin, part(['a', 1])], 'reset(subscribed) +a1']],
    ['a live event between the parts, newer than they', {}, [[begin, put('a', 2), part(['a', 1])], 'reset(subscribed) +a2']],
    ['a live retract between the parts', {}, [[begin, remove('a'), part(['a', 1], ['b', 1])], 'reset(subscribed) +b1']],
    ['live events', {}, [[begin, part(['a', 1])], 'reset(subscribed) +a1'], [[put('a', 2), put('b', 1)], '~a2 +b1'], [[remove('a')], '-a']],
    [
      'the net effect of a transaction',
      {},
      [[begin, part(['a', 1])], 'reset(subscribed) +a1'],
      [[put('b', 1), put('b', 2), remove('a'), put('a', 3)], '+b2 ~a3'],
    ],
    ['repetitions', {}, [[begin, part(['a', 1])], 'reset(subscribed) +a1'], [[put('a', 1), remove('x')], 'nothing']],
    ['there and back', {}, [[begin], 'reset(subscribed)'], [[put('a', 1), remove('a')], 'nothing']],
    [
      'a second snapshot, as a difference',
      {},
      [[begin, part(['a', 1], ['b', 1], ['c', 1])], 'reset(subscribed) +a1 +b1 +c1'],
      [[begin, part(['b', 1], ['c', 2], ['d', 1])], '-a ~c2 +d1'],
    ],
    ['a second snapshot of the same', {}, [[begin, part(['a', 1])], 'reset(subscribed) +a1'], [[begin, part(['a', 1])], 'nothing']],
    [
      'a second snapshot, without diff',
      { diff: false },
      [[begin, part(['a', 1])], 'reset(subscribed) +a1'],
      [[begin, part(['a', 1])], 'reset(lost) +a1'],
    ],
    [
      'an interruption in the middle of a snapshot',
      {},
      [[begin, part(['a', 1]), interrupt], 'nothing'],
      [[begin, part(['b', 1])], 'reset(subscribed) +b1'],
    ],
    [
      'an interruption in the middle of a transaction',
      {},
      [[begin, part(['a', 1])], 'reset(subscribed) +a1'],
      [[put('a', 2), interrupt, resume, put('b', 1)], '+b1'],
    ],
    ['a resumption', {}, [[begin, part(['a', 1])], 'reset(subscribed) +a1'], [[interrupt, resume], 'nothing'], [[put('a', 2)], '~a2']],
    ['what the consumer knew, resumed', { known }, [[resume, put('k', 1)], '~k1']],
    ['what the consumer knew, unchanged', { known }, [[], 'nothing'], [[resume], 'ready'], [[resume], 'nothing']],
    ['what the consumer knew, but the server does not', { known }, [[begin, part(['a', 1])], '-k +a1']],
    ['what the consumer knew, but the server does not, without diff', { known, diff: false }, [[begin, part(['a', 1])], 'reset(lost) +a1']],
    ['what the consumer knew, by a snapshot of the same', { known }, [[begin, part(['k', 0])], 'ready']],
  ]
  for (const [name, options, ...commits] of cases) {
    it(name, () => {
      const recovery = new Recovery<Item>(options)
      for (const [steps, expected] of commits) {
        for (const step of steps) step(recovery)
        assert.equal(tell(recovery.commit()), expected)
      }
    })
  }

  it('keeps the very items that are the same', () => {
    const recovery = new Recovery<Item>()
    begin(recovery)
    part(['a', 1])(recovery)
    recovery.commit()
    const before = recovery.items.get('a')
    begin(recovery)
    part(['a', 1])(recovery)
    recovery.commit()
    assert.equal(recovery.items.get('a'), before)
  })

  it('can be resumed from where it was told to be', () => {
    const recovery = new Recovery<Item>()
    assert.equal(recovery.point, undefined)
    begin(recovery)
    recovery.commit()
    recovery.reach({ r: 'a2' })
    assert.deepEqual(recovery.point, { cursor: { r: 'a2' }, queryHash: 'h' })
    put('a', 1)(recovery)
    recovery.interrupt()
    assert.deepEqual(recovery.point, { cursor: { r: 'a2' }, queryHash: 'h' })
  })

  it('cut anywhere and joined again, it tells the same state and no event too many', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd')
    const write = fc.oneof(fc.tuple(id, fc.nat({ max: 2 })), fc.tuple(id, fc.constant(undefined)))
    const transactions = fc.array(fc.array(write, { minLength: 1, maxLength: 3 }), { maxLength: 12 })
    fc.assert(
      fc.property(transactions, fc.infiniteStream(fc.nat({ max: 9 })), fc.boolean(), (history, dice, hasLog) => {
        const server = new Map<Key, number>()
        const recovery = new Recovery<Item>()
        const shown = new Map<Key, Item>()
        let position = 0
        const commit = (): void => {
          const before = new Map(shown)
          const touched = new Set<Key>()
          for (const event of recovery.commit() ?? []) {
            if (event.type !== 'reset' && event.type !== 'commit') {
              assert.ok(!touched.has(event.id), 'two events of one key')
              touched.add(event.id)
              if (event.type === 'change') assert.notDeepEqual(event.item, before.get(event.id))
              assert.equal(event.type === 'publish', !shown.has(event.id))
            } else assert.equal(position, 0, 'a reset after the first snapshot')
            applyEvent(shown, event)
          }
          position++
          assert.deepEqual(Object.fromEntries([...shown].map(([key, item]) => [key, item.n])), Object.fromEntries(server))
        }
        const snapshot = (): void => {
          begin(recovery)
          part(...server)(recovery)
        }
        snapshot()
        commit()
        for (const transaction of history) {
          const cut = dice.next().value
          transaction.forEach(([key, n], index) => {
            if (n === undefined) server.delete(key)
            else server.set(key, n)
            if (cut < index) return
            if (n === undefined) recovery.remove(key)
            else recovery.put(key, { n })
          })
          if (cut < transaction.length - 1) {
            recovery.interrupt()
            if (hasLog) {
              resume(recovery)
              for (const [key] of transaction) {
                const n = server.get(key)
                if (n === undefined) recovery.remove(key)
                else recovery.put(key, { n })
              }
            } else snapshot()
          }
          commit()
        }
      }),
      { numRuns: 500 },
    )
  })
})
