import assert from 'node:assert/strict'
import { filter, firstValueFrom } from 'rxjs'
import { RedisBus } from '../../../../src/server/dnode/seed/redis-bus.js'
import { type Member, SeedChannels } from '../../../../src/server/dnode/seed/seed-channels.js'
import { quietly } from '../../../../src/server/dnode/seed/quietly.js'
import { DnodeClient } from '../../../../src/backbone/compat/dnode/index.js'
import { compose, crud, pubsub, serveDnode } from '../../../../src/server/index.js'
import { openEmbedded } from '../../embedded-connection.js'
import { todoModel } from './todos.js'
import { FakeRedis, type FakeRedisClient } from './fake-redis.js'

const url = 'todos'
const heartbeatMs = 20
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Process {
  readonly id: string
  readonly channels: SeedChannels
  readonly publish: FakeRedisClient
  readonly subscribe: FakeRedisClient
  /** Events and counts as its clients hear them. */
  readonly heard: unknown[]
  readonly lines: string[]
  readonly member: Member
}

describe('processes on one Redis', function () {
  this.timeout(3_000)
  let redis: FakeRedis
  let processes: Process[]
  let failed: unknown[]
  beforeEach(() => {
    redis = new FakeRedis()
    processes = []
    failed = []
  })
  afterEach(() => Promise.all(processes.map(({ channels }) => channels.close())))

  async function start(onError: (error: unknown) => void = (error) => failed.push(error)): Promise<Process> {
    const [publish, subscribe] = [redis.client(), redis.client()]
    let id = ''
    const channels = new SeedChannels((listener) => {
      const bus = new RedisBus({ publish, subscribe, prefix: 'p', heartbeatMs, onError: quietly(onError) }, listener)
      ;({ id } = bus as unknown as { id: string })
      return bus
    }, quietly(onError))
    const heard: unknown[] = []
    const lines: string[] = []
    const member: Member = {
      event: ({ model }) => heard.push(model['n']),
      tell: ({ text }) => lines.push(text),
    }
    const process = { id, channels, publish, subscribe, heard, lines, member }
    processes.push(process)
    await until(process, 'online')
    return process
  }
  const until = ({ channels }: Process, state: string): Promise<unknown> =>
    firstValueFrom(channels.status$.pipe(filter((status) => status.state === state)))
  const join = async ({ channels, member }: Process): Promise<number> => {
    const { count, settle } = await channels.join(url, member)
    settle()
    return count
  }
  const say = ({ channels }: Process, n: number): void => channels.publish({ name: 'created', url, model: { n }, opt: { url } })
  const hears = async ({ heard }: Process, n: number): Promise<void> => {
    while (!heard.includes(n)) await turn()
  }

  it('go on among themselves when one that speaks does not hear any more', async () => {
    const [a, b, deaf] = [await start(), await start(), await start()]
    for (const each of [a, b, deaf]) await join(each)
    for (const { publish, subscribe } of processes) for (const client of [publish, subscribe]) client.cut()
    for (const { publish, subscribe } of processes) {
      publish.restore()
      if (subscribe !== deaf.subscribe) subscribe.restore()
    }
    for (const each of [a, b]) await until(each, 'online')
    say(a, 1)
    await hears(b, 1)
  })

  const bad: readonly string[] = [
    ...['1e999', '-1', '0.5', '1e300', 'null'].map((count) => `{"from":"x","type":"count","count":${count}}`),
    ...['1e999', '-1', '0.5'].map(
      (seq) => `{"from":"x","type":"event","seq":${seq},"event":{"name":"created","url":"todos","model":{"n":9},"opt":{}}}`,
    ),
    '{"from":"x","type":"event","seq":1,"event":{"name":"created","url":"todos","model":{"n":9},"opt":{},"stored":{"type":"t","item":7}}}',
    '{"from":"","type":"beat","hears":true}',
    `{"from":"${'x'.repeat(200)}","type":"beat","hears":true}`,
    'nonsense',
    '[]',
  ]
  for (const text of bad) {
    it(`take no harm of ${text.slice(0, 80)}`, async () => {
      const a = await start()
      await join(a)
      const before = [...a.lines]
      redis.publish(`p:at:${url}`, text)
      redis.publish('p:processes', text)
      while (failed.length < 2) await turn()
      for (const line of a.lines) JSON.parse(line)
      assert.deepEqual(a.lines, before)
      assert.deepEqual(a.heard, [])
    })
  }

  it('survive a log that throws', async () => {
    const a = await start(() => {
      throw new Error('the log is full')
    })
    await join(a)
    const uncaught: unknown[] = []
    const own = (error: unknown): unknown => uncaught.push(error)
    const listeners = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException').on('uncaughtException', own)
    redis.publish(`p:at:${url}`, 'nonsense')
    await turn()
    process.removeAllListeners('uncaughtException')
    for (const each of listeners) process.on('uncaughtException', each)
    assert.deepEqual(uncaught, [])
  })

  it('tell all others what one client cannot take', async () => {
    const a = await start()
    const angry: Member = {
      event: () => {
        throw new Error('a rule that throws')
      },
      tell: () => undefined,
    }
    for (const member of [angry, a.member]) (await a.channels.join(url, member)).settle()
    say(a, 1)
    await hears(a, 1)
    a.subscribe.cut()
    say(a, 2)
    await hears(a, 2)
  })

  it('hear no more of one that is closed, whatever its clients do', async () => {
    const [a, b] = [await start(), await start()]
    await join(a)
    await join(b)
    await b.channels.close()
    await join(b)
    b.channels.leave(url, b.member)
    await join(b)
    await turn()
    await turn()
    const { count } = await a.channels.join(url, a.member)
    assert.equal(count, 1)
  })

  it('say so when Redis refuses a channel', async () => {
    const a = await start()
    redis.refused.add(`p:at:${url}`)
    await join(a)
    while (failed.length === 0) await turn()
    assert.match(String(failed[0]), /NOPERM/)
  })

  it('keep no more for a Redis that is away than 64 MiB', async () => {
    const a = await start()
    for (const client of [a.publish, a.subscribe]) client.cut()
    const pad = 'x'.repeat(1 << 20)
    for (let n = 0; n < 80; n++) a.channels.publish({ name: 'created', url, model: { n, pad }, opt: { url } })
    assert.equal(failed.length, 1)
    assert.match(String(failed[0]), /the oldest are lost/)
    let came = 0
    const listener = redis.client()
    await listener.subscribe(`p:at:${url}`, (text) => (came += Number(text.includes(pad))))
    for (const client of [a.publish, a.subscribe]) client.restore()
    while (came < 63) await turn()
  })

  it('forget a channel that was left while Redis was away', async () => {
    const a = await start()
    await join(a)
    a.subscribe.cut()
    a.channels.leave(url, a.member)
    await turn()
    a.subscribe.restore()
    await until(a, 'online')
    await turn()
    const { bus } = a.channels as unknown as { readonly bus: { readonly topics: { readonly topics: ReadonlyMap<string, unknown> } } }
    assert.deepEqual([...bus.topics.topics.keys()], ['p:processes'])
  })

  describe('one that has not heard for a while', () => {
    const missed = ({ lines }: Process): number => lines.filter((line) => line.includes('"missed"')).length
    /** Both have said what they have sent. */
    async function beats(...of: Process[]): Promise<void> {
      const seen = new Set<string>()
      const listener = redis.client()
      await listener.subscribe('p:processes', (text) => {
        const { from, type } = JSON.parse(text) as { from: string; type: string }
        if (type === 'beat') seen.add(from)
      })
      while (!of.every(({ id }) => seen.has(id))) await turn()
      redis.clients.delete(listener)
    }

    it('tells its clients that others have spoken', async () => {
      const [a, b] = [await start(), await start()]
      for (const each of [a, b]) await join(each)
      say(a, 1)
      await hears(b, 1)
      await beats(a, b)
      // It is gone before anybody knows.
      b.subscribe.channels.clear()
      say(a, 2)
      await hears(a, 2)
      b.subscribe.cut()
      b.subscribe.restore()
      await until(b, 'online')
      await beats(a)
      await turn()
      assert.deepEqual([missed(a), missed(b)], [0, 1])
      say(a, 3)
      await hears(b, 3)
      assert.deepEqual(b.heard, [1, 3])
      await beats(a, b)
      assert.deepEqual([missed(a), missed(b)], [0, 1])
    })

    it('tells them nothing when nothing was said', async () => {
      const [a, b] = [await start(), await start()]
      for (const each of [a, b]) await join(each)
      say(a, 1)
      await hears(b, 1)
      await beats(a, b)
      b.subscribe.cut()
      await turn()
      b.subscribe.restore()
      await until(b, 'online')
      await beats(a, b)
      await beats(a, b)
      assert.deepEqual([missed(a), missed(b)], [0, 0])
    })

    it('is waited for, once it can say so', async () => {
      const [a, b] = [await start(), await start()]
      for (const each of [a, b]) await join(each)
      b.subscribe.cut()
      await turn()
      await turn()
      say(a, 1)
      await hears(a, 1)
      b.subscribe.restore()
      await hears(b, 1)
    })

    it('has the collections of its clients right again', async () => {
      const connection = await openEmbedded()
      const model = todoModel(connection)
      const [one, two] = await Promise.all(
        [0, 1].map(async () => {
          const [publish, subscribe] = [redis.client(), redis.client()]
          const channels = pubsub({ publish, subscribe, prefix: 'p', heartbeatMs })
          const listener = await serveDnode(compose(channels, crud({ database: connection })), { tcp: { port: 0, host: '127.0.0.1' } })
          const client = new DnodeClient()
          const link = client.connect({ url: `tcp://127.0.0.1:${String(listener.tcpPort)}` })
          const todos = new (client.Collection.extend({ type: 'todo', url }))()
          await new Promise((resolve) => todos.subscribe({}, resolve))
          await new Promise<void>((resolve) => {
            todos.fetch({ success: () => resolve() })
          })
          const close = async (): Promise<void> => {
            link.close()
            await listener.close()
            await channels.close()
          }
          return { channels, subscribe, todos, close }
        }),
      )
      two!.subscribe.channels.clear()
      one!.todos.create({ title: 'a' })
      while ((await model.countDocuments()) === 0) await turn()
      two!.subscribe.cut()
      two!.subscribe.restore()
      while (two!.todos.pluck('title').join() !== 'a') await turn()
      await one!.close()
      await two!.close()
      await connection.close()
    })

    it('tells its clients if one that might know has died meanwhile', async () => {
      const [a, b] = [await start(), await start()]
      for (const each of [a, b]) await join(each)
      b.subscribe.cut()
      await a.channels.close()
      b.subscribe.restore()
      while (missed(b) === 0) await turn()
    })
  })
})
