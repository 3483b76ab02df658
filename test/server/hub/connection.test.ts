import assert from 'node:assert/strict'
import { setImmediate as nextTick } from 'node:timers/promises'
import { ArgumentError, DeniedError, LimitError, MissingError } from '../../../src/errors.js'
import type { Connection } from '../../../src/server/hub/connection.js'
import { Hub } from '../../../src/server/hub/hub.js'
import type { ChannelRules } from '../../../src/server/hub/rules.js'
import { Source } from '../../../src/streams/source.js'
import { FakeLink } from './fake-link.js'

interface Note {
  id: string
  owner?: string
  n?: number
}

const open: ChannelRules<Note, string> = {
  read: () => true,
  create: () => true,
  patch: () => true,
  retract: () => true,
  fields: { readable: '*', writable: '*' },
  filterable: '*',
  sortable: '*',
  operators: '*',
}

interface World {
  readonly hub: Hub<string>
  readonly source: Source<Note>
  client(user?: string): { link: FakeLink; connection: Connection; subscribe(sid: number, query?: object, known?: object): void }
  flush(): void
}

function world(rules: ChannelRules<Note, string> = open, initial: Note[] = [{ id: 'a' }]): World {
  const source = new Source<Note>({ key: ({ id }) => id, initial })
  const hub = new Hub<string>({ limits: { subscriptions: 3, buffered: 100 } })
  hub.channel('notes', { source, rules })
  return {
    hub,
    source,
    client(user = 'ann') {
      const link = new FakeLink()
      const connection = hub.connect(link)
      connection.identify({ user })
      return {
        link,
        connection,
        subscribe: (sid, query = {}, known) => {
          connection.start(connection.subscribe(sid, 'notes', query, known as never))
          flush()
        },
      }
    },
    flush,
  }
  /** What the hub would do at the end of the tick. */
  function flush(): void {
    ;(hub as unknown as { queries: { flush(): void } }).queries.flush()
  }
}

const puts = (lines: [string, ...any[]][]) => lines.filter(([method]) => method === 'put').map(([, , items, deleted]) => [items, deleted])

describe('a connection to a hub', () => {
  let hub: Hub<string> | undefined
  const start = (...args: Parameters<typeof world>): World => {
    const made = world(...args)
    hub = made.hub
    return made
  }
  afterEach(() => hub?.close())

  it('gets a snapshot and its mark', () => {
    const { client } = start()
    const { link, subscribe } = client()
    subscribe(7)
    const [snap, mark] = link.heard()
    assert.deepEqual([snap![0], snap![1], snap!.slice(4)], ['snap', 7, ['reset', [['a', { id: 'a' }]]]])
    assert.equal(mark![0], 'mark')
  })

  it('gets all turns of a tick as one line and one mark', () => {
    const { client, source, flush } = start()
    const { link, subscribe } = client()
    subscribe(1)
    link.heard()
    source.publish({ id: 'b' })
    source.patch('b', { n: 1 })
    source.retract('a')
    flush()
    const lines = link.heard()
    assert.deepEqual(
      lines.map(([method]) => method),
      ['put', 'mark'],
    )
    assert.deepEqual(puts(lines), [[[['b', { id: 'b', n: 1 }]], ['a']]])
  })

  it('hears nothing of what came and went between two flushes', () => {
    const { client, source, flush } = start()
    const { link, subscribe } = client()
    subscribe(1)
    link.heard()
    source.publish({ id: 'b' })
    source.retract('b')
    flush()
    assert.deepEqual(link.heard(), [])
  })

  it('shares one query, however it is written, with everybody of the same rights', () => {
    const { client, hub } = start()
    client('ann').subscribe(1, { filter: { n: 1, owner: 'x' } })
    client('bob').subscribe(1, { filter: { owner: { $eq: 'x' }, n: 1 } })
    assert.equal(hub.stats.queries, 1)
  })

  it('shares nothing between users of different rights', () => {
    const { client, hub } = start({ ...open, read: (user) => ({ owner: user }) })
    client('ann').subscribe(1)
    client('bob').subscribe(1)
    assert.equal(hub.stats.queries, 2)
  })

  it('hears only of fields that it asked for', () => {
    const { client, source, flush } = start()
    const { link, subscribe } = client()
    subscribe(1, { fields: ['n'] })
    link.heard()
    source.patch('a', { owner: 'x' })
    flush()
    assert.deepEqual(link.heard(), [])
    source.patch('a', { n: 2 })
    flush()
    assert.deepEqual(puts(link.heard()), [[[['a', { n: 2 }]], []]])
  })

  it('resumes with what was touched since, put or deleted', () => {
    const { client, source, flush } = start(open, [{ id: 'a' }, { id: 'b' }, { id: 'c' }])
    const first = client()
    first.subscribe(1)
    const lines = first.link.heard()
    const known = { queryHash: lines[0]![3], cursor: lines.at(-1)![1] }
    source.retract('a')
    source.patch('b', { n: 1 })
    source.publish({ id: 'd' })
    source.retract('d')
    flush()
    const again = client()
    again.subscribe(1, {}, known)
    const resumed = again.link.heard()
    assert.deepEqual(
      resumed.map(([method]) => method),
      ['snap', 'put', 'mark'],
    )
    assert.equal(resumed[0]![4], 'resume')
    assert.deepEqual(puts(resumed), [[[['b', { id: 'b', n: 1 }]], ['a']]])
  })

  const strangers: [string, (known: { queryHash: string; cursor: Record<string, string> }) => object][] = [
    ['another query', ({ cursor }) => ({ queryHash: 'x', cursor })],
    ['another history', ({ queryHash }) => ({ queryHash, cursor: { other: 'a1' } })],
    [
      'the future',
      ({ queryHash, cursor }) => ({ queryHash, cursor: Object.fromEntries(Object.keys(cursor).map((root) => [root, 'zzz'])) }),
    ],
  ]
  for (const [what, alter] of strangers) {
    it(`gets a snapshot when what it knows is of ${what}`, async () => {
      const { client } = start()
      const first = client()
      first.subscribe(1)
      const lines = first.link.heard()
      const again = client()
      again.subscribe(1, {}, alter({ queryHash: lines[0]![3], cursor: lines.at(-1)![1] }))
      await nextTick()
      assert.equal(again.link.heard()[0]![4], 'reset')
    })
  }

  it('when it is slow gets one state instead of every turn, and its answers after it', () => {
    const { client, source, flush } = start()
    const { link, connection, subscribe } = client()
    subscribe(1)
    link.stuck = true
    source.publish({ id: 'filler', owner: 'x'.repeat(200) })
    flush()
    link.heard()
    for (let n = 0; n < 50; n++) {
      source.publish({ id: 'b', n })
      flush()
    }
    source.retract('a')
    flush()
    connection.outlet.inOrder(() => {
      connection.outlet.send({ lines: Buffer.from('{"method":9,"arguments":[]}\n') } as never)
    })
    assert.deepEqual(link.heard(), [])
    link.drain()
    const lines = link.heard()
    assert.deepEqual(
      lines.map(([method]) => method),
      ['put', 'mark', 9],
    )
    assert.deepEqual(puts(lines), [[[['b', { id: 'b', n: 49 }]], ['a']]])
  })

  it('is pinged with no position that it has not been sent', () => {
    const { client, source } = start()
    const { link, connection, subscribe } = client()
    subscribe(1)
    link.heard()
    source.publish({ id: 'b' })
    connection.ping()
    const [put, mark, ping] = link.heard()
    assert.deepEqual([put![0], mark![0], ping], ['put', 'mark', ['ping', mark![1]]])
  })

  it('when it is slow disturbs nobody else', () => {
    const { client, source, flush } = start()
    const slow = client()
    const quick = client()
    slow.subscribe(1)
    quick.subscribe(1)
    quick.link.heard()
    slow.link.stuck = true
    for (let n = 0; n < 3; n++) {
      source.publish({ id: 'b', n, owner: 'x'.repeat(200) })
      flush()
    }
    assert.equal(puts(quick.link.heard()).length, 3)
  })

  it('when it is slow and subscribes gets the snapshot after what it missed', () => {
    const { client, source, flush } = start()
    const { link, subscribe } = client()
    subscribe(1)
    link.stuck = true
    source.publish({ id: 'filler', owner: 'x'.repeat(200) })
    flush()
    link.heard()
    source.publish({ id: 'b' })
    flush()
    subscribe(2, { filter: { id: 'b' } })
    link.drain()
    flush()
    const lines = link.heard()
    assert.deepEqual(
      lines.map(([method]) => method),
      ['put', 'mark', 'snap', 'mark'],
    )
  })

  it('loses what it may no longer read, and keeps what it still may', () => {
    const allowed = new Set(['ann'])
    const { client, hub, flush } = start({ ...open, read: (user) => allowed.has(user) })
    const { link, subscribe } = client()
    subscribe(1)
    link.heard()
    hub.recheck()
    flush()
    assert.deepEqual(link.heard(), [])
    allowed.clear()
    hub.recheck()
    const [gone] = link.heard()
    assert.deepEqual([gone![0], gone![1], gone![2].code], ['gone', 1, 'denied'])
  })

  it('is told the state anew when its rights change what it sees', () => {
    const { client, flush } = start({ ...open, read: (user) => ({ owner: user }) }, [
      { id: 'a', owner: 'ann' },
      { id: 'b', owner: 'bob' },
    ])
    const { link, connection, subscribe } = client('ann')
    subscribe(1)
    link.heard()
    connection.identify({ user: 'bob' })
    flush()
    const [snap] = link.heard()
    assert.deepEqual(snap!.slice(4), ['reset', [['b', { id: 'b', owner: 'bob' }]]])
  })

  it('is told goodbye and closed when the hub closes', async () => {
    const { client, hub } = start()
    const { link, subscribe } = client()
    subscribe(1)
    link.heard()
    await hub.close()
    assert.deepEqual([link.heard()[0]![0], link.closed, hub.stats], ['bye', true, { connections: 0, queries: 0 }])
  })

  const refusals: [string, (world: World) => void, new (...args: never[]) => Error][] = [
    ['an unknown channel', ({ client }) => void client().connection.subscribe(1, 'nowhere', {}, undefined), MissingError],
    [
      'a number in use',
      ({ client }) => {
        const { connection, subscribe } = client()
        subscribe(1)
        connection.subscribe(1, 'notes', {}, undefined)
      },
      ArgumentError,
    ],
    [
      'too many subscriptions',
      ({ client }) => {
        const { connection } = client()
        for (let sid = 0; sid < 4; sid++) connection.subscribe(sid, 'notes', {}, undefined)
      },
      LimitError,
    ],
    [
      'unsubscribing from what is not there',
      ({ client }) => {
        client().connection.unsubscribe(1)
      },
      MissingError,
    ],
  ]
  for (const [what, act, error] of refusals) {
    it(`refuses ${what}`, () => {
      const made = start()
      assert.throws(() => {
        act(made)
      }, error)
    })
  }

  it('keeps a query for a while, and drops it at the close', async () => {
    const { client, hub } = start()
    const { connection, subscribe } = client()
    subscribe(1)
    connection.unsubscribe(1)
    assert.equal(hub.stats.queries, 1)
    await hub.close()
    assert.equal(hub.stats.queries, 0)
  })

  it('does a write once, even if it is repeated', async () => {
    const { client, source } = start()
    const { connection } = client()
    const write = { type: 'publish', write: 'w1', id: undefined, item: { id: 'b' }, create: true } as const
    const first = await connection.write('notes', write)
    source.retract('b')
    assert.deepEqual(await connection.write('notes', write), { ...first, cursor: {} })
    assert.equal(source.get('b'), undefined)
  })

  it('may not write what rules forbid', async () => {
    const { client } = start({ ...open, patch: (user) => ({ owner: user }), fields: { readable: '*', writable: ['n'] } }, [
      { id: 'a', owner: 'bob' },
    ])
    const { connection } = client('ann')
    const patch = (set: object) => connection.write('notes', { type: 'patch', write: 'w', id: 'a', set: set as never, unset: [] })
    await assert.rejects(patch({ n: 1 }), DeniedError)
    await assert.rejects(patch({ owner: 'ann' }), DeniedError)
  })

  it('keeps, when it publishes over an item, what it may not write', async () => {
    const { client, source } = start({ ...open, fields: { readable: ['id', 'n'], writable: ['id', 'n'] } }, [
      { id: 'a', owner: 'bob', n: 1 },
    ])
    const write = { type: 'publish', write: 'w', id: undefined, item: { id: 'a' }, create: false } as const
    await client('ann').connection.write('notes', write)
    assert.deepEqual(source.get('a'), { id: 'a', owner: 'bob' })
  })

  it('is not told of items that it may not read, also when it writes', async () => {
    const { client } = start({ ...open, read: (user) => ({ owner: user }) }, [{ id: 'a', owner: 'bob' }])
    const { connection } = client('ann')
    await assert.rejects(connection.write('notes', { type: 'retract', write: 'w', id: 'a' }), MissingError)
    assert.equal(await connection.get('notes', 'a'), undefined)
    assert.deepEqual((await connection.page('notes', {})).items, [])
  })

  it('is seen in a presence channel from hello to its end', () => {
    const { client, hub, flush } = start()
    hub.presence('online', { show: (user) => ({ name: user }), rules: { read: () => true } })
    const watcher = client('ann')
    watcher.connection.start(watcher.connection.subscribe(1, 'online', { fields: ['name'] }, undefined))
    flush()
    const bob = client('bob')
    flush()
    bob.connection.end()
    flush()
    const lines = watcher.link.heard()
    assert.deepEqual(
      lines[0]![5].map(([, item]: [string, object]) => item),
      [{ name: 'ann' }],
    )
    const [[entered], [, left]] = puts(lines) as any
    assert.deepEqual([entered[0][1], left], [{ name: 'bob' }, [entered[0][0]]])
  })

  it('is seen as who it has become, or no longer', async () => {
    const { client, hub } = start()
    hub.presence('online', { show: (user) => (user === 'nobody' ? undefined : { name: user }), rules: { read: () => true } })
    const { connection } = client('ann')
    const seen = async (): Promise<unknown[]> => (await connection.page('online', {})).items.map(([, { name }]) => name)
    connection.identify({ user: 'bob' })
    assert.deepEqual(await seen(), ['bob'])
    connection.identify({ user: 'nobody' })
    assert.deepEqual(await seen(), [])
  })

  it('lives until its credentials expire, also if that is years away', () => {
    const { client } = start()
    const { connection } = client()
    const { setTimeout: real } = globalThis
    const due: (() => void)[] = []
    globalThis.setTimeout = ((job: () => void, wait: number) => {
      assert.ok(wait < 2 ** 31)
      due.push(job)
      return { unref: () => undefined }
    }) as never
    try {
      connection.identify({ user: 'ann', expires: new Date(Date.now() + 2 ** 31 + 60_000) })
      due[0]!()
      assert.deepEqual([due.length, connection.ended], [2, false])
    } finally {
      globalThis.setTimeout = real
    }
  })
})
