import assert from 'node:assert/strict'
import { Hub } from '../../../src/server/hub/hub.js'
import { Source } from '../../../src/streams/source.js'
import { FakeLink } from './fake-link.js'

interface Note {
  id: string
  owner: string
}

/** `ann` sees her own notes until she is an admin; `bob` always is one, so the query of admins is live and ready. */
function openHub() {
  const errors: unknown[] = []
  const source = new Source<Note>({ key: ({ id }) => id, initial: [{ id: 'a', owner: 'ann' }] })
  const admins = new Set(['bob'])
  const hub = new Hub<string>({ onError: (error) => errors.push(error) })
  hub.channel('notes', { source, rules: { read: (user) => admins.has(user) || { owner: user }, fields: { readable: '*' } } })
  const flush = (): void => {
    ;(hub as unknown as { queries: { flush(): void } }).queries.flush()
  }
  const client = (user: string): FakeLink => {
    const link = new FakeLink()
    const connection = hub.connect(link)
    connection.identify({ user })
    connection.start(connection.subscribe(1, 'notes', {}, undefined))
    flush()
    link.heard()
    return link
  }
  return { hub, source, admins, errors, flush, ann: client('ann'), bob: client('bob') }
}

/** The keys of each message of items. */
const keysIn = (link: FakeLink): string[][] =>
  link.heard().flatMap(([method, , ...rest]) => {
    if (method === 'put') return [rest[0].map(([key]: [string]) => key)]
    return method === 'snap' ? [rest.at(-1).map(([key]: [string]) => key)] : []
  })

describe('recheck inside of a feed’s subscriber', () => {
  let world: ReturnType<typeof openHub>
  beforeEach(() => {
    world = openHub()
  })
  afterEach(() => world.hub.close())

  const promoteAt = (type: 'publish' | 'commit', concerns?: (user: string) => boolean) => {
    const subscription = world.source.feed.subscribe((event) => {
      if (event.type !== type || world.admins.has('ann') || !world.source.get('b')) return
      world.admins.add('ann')
      world.hub.recheck(concerns)
    })
    return subscription
  }
  const transaction = () => {
    world.source.edit((tx) => {
      tx.publish({ id: 'b', owner: 'bob' })
      tx.publish({ id: 'c', owner: 'bob' })
    })
  }

  for (const at of ['publish', 'commit'] as const) {
    it(`at a ${at}: nobody is sent a part of the transaction, and the rights hold from its end on`, async () => {
      const subscription = promoteAt(at)
      transaction()
      assert.deepEqual(world.bob.heard(), [])
      await Promise.resolve()
      world.flush()
      assert.deepEqual(keysIn(world.bob), [['b', 'c']])
      assert.deepEqual(keysIn(world.ann), [['a', 'b', 'c']])
      subscription.unsubscribe()
    })
  }

  it('takes away what a user loses before anything of the turn is sent', async () => {
    const { source, admins, hub, flush, bob } = world
    const subscription = source.feed.subscribe((event) => {
      if (event.type !== 'commit' || !source.get('b')) return
      admins.delete('bob')
      hub.recheck((user) => user === 'bob')
    })
    source.publish({ id: 'b', owner: 'ann' })
    await Promise.resolve()
    flush()
    assert.deepEqual(
      keysIn(bob)
        .flat()
        .filter((key) => key === 'b'),
      [],
    )
    subscription.unsubscribe()
  })

  it('reports a predicate that throws, and disturbs no subscriber', async () => {
    const oops = new Error('oops')
    const subscription = promoteAt('commit', () => {
      throw oops
    })
    transaction()
    await Promise.resolve()
    assert.deepEqual(world.errors, [oops])
    world.flush()
    assert.deepEqual(keysIn(world.bob), [['b', 'c']])
    subscription.unsubscribe()
  })
})
