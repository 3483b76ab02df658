import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import type { Connection } from 'mongoose'
import { filter, firstValueFrom } from 'rxjs'
import { type ClientConnection, DnodeClient } from '../../../../src/backbone/compat/dnode/index.js'
import { openMongodb } from '../../../server/mongodb-connection.js'
import { OldClient } from '../../../server/dnode/seed/old-client.js'
import { type Todo, todoModel } from '../../../server/dnode/seed/todos.js'
import { type Child, startChild } from '../../../services/process.js'
import { type RedisServer, startRedis } from '../../../services/redis.js'
import { type SecantusServer, startSecantus } from '../../../services/secantus.js'
import { heard } from './plain-server.js'

const script = fileURLToPath(new URL('../../../server/dnode/seed/todos-process.ts', import.meta.url))
const type = 'todo'
const url = 'todos'

describe('compat-dnode with two processes, a Redis and a MongoDB', function () {
  this.timeout(60_000)
  let redis: RedisServer
  let secantus: SecantusServer
  let db: Connection
  let processes: Child[]
  const connections: ClientConnection[] = []
  const old: OldClient[] = []

  before(async function () {
    redis = await startRedis(this)
    secantus = await startSecantus(this)
    db = await openMongodb(secantus, 'shared')
    await todoModel(db).createCollection()
    processes = await Promise.all(
      ['redis', 'ioredis'].map((kind) =>
        startChild({
          command: process.execPath,
          args: ['--import=tsx', script, String(redis.port), kind, secantus.uri('shared')],
          ready: /^ports (\d+) (\d+)$/,
        }),
      ),
    )
    await Promise.all(processes.map((each) => each.line(/^together 2$/)))
  })
  after(async () => {
    await Promise.all((processes ?? []).map((each) => each.kill()))
    await db?.close()
    await secantus?.stop()
    await redis?.stop()
  })
  beforeEach(() => todoModel(db).deleteMany({}))
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.close()
    for (const client of old.splice(0)) client.cut()
  })

  async function todosOf(user: string, process: number, over: 'ws' | 'tcp'): Promise<any> {
    const client = new DnodeClient()
    const [, web, tcp] = processes[process]!.ready
    const at = over === 'ws' ? `ws://127.0.0.1:${web!}/dnode` : `tcp://127.0.0.1:${tcp!}`
    const connection = client.connect({ url: at, credentials: () => user })
    connections.push(connection)
    await firstValueFrom(connection.status$.pipe(filter(({ state }) => state === 'online')))
    const todos: any = new (client.Collection.extend({ type, url }))()
    await new Promise((resolve) => todos.subscribe({}, resolve))
    return todos
  }
  async function oldClient(user: string, process: number, over: 'ws' | 'tcp'): Promise<OldClient> {
    const [, web, tcp] = processes[process]!.ready
    const client = over === 'ws' ? await OldClient.webSocket(`ws://127.0.0.1:${web!}/dnode`) : await OldClient.tcp(Number(tcp))
    old.push(client)
    await client.ask('authenticate', user)
    await client.ask('subscribe', url)
    return client
  }

  for (const over of ['ws', 'tcp'] as const) {
    it(`creates, reads, updates and deletes, and each hears what they may (${over})`, async () => {
      const mine = await todosOf('ann', 0, over)
      const other = await todosOf('ann', 1, over)
      const bob = await oldClient('bob', 1, over)
      const todo = mine.create({ title: 'a', owner: 'ann' })
      const [theirs] = await heard(other, 'add')
      assert.equal(theirs.get('title'), 'a')
      await todo.save({ title: 'b' })
      if (theirs.get('title') !== 'b') await heard(theirs, 'change:title')
      const fetched = heard(other, 'sync')
      other.fetch({ query: { title: 'b' }, sorting: { sort: [['title', -1]], limit: 5 } })
      await fetched
      assert.deepEqual(other.pluck('title'), ['b'])
      assert.deepEqual(await bob.call('read', { type }), [])
      await todo.save({ owner: 'all' })
      assert.equal((await bob.event('created'))[1].title, 'b')
      assert.equal(bob.heard.filter(([name]) => name === 'updated').length, 0)
      const gone = heard(other, 'remove')
      await bob.call('delete', { _id: todo.id }, { type, url })
      await gone
      assert.equal(other.length, 0)
      assert.equal(await todoModel(db).countDocuments(), 0)
    })
  }

  it('counts clients of both processes and of both kinds', async () => {
    const todos = await todosOf('ann', 0, 'ws')
    const two = heard(todos, 'subscribe')
    const bob = await oldClient('bob', 1, 'tcp')
    assert.equal((await two)[0], 2)
    const one = heard(todos, 'unsubscribe')
    bob.cut()
    assert.equal((await one)[0], 1)
  })

  it('lets one of two have what both want, by transactions', async () => {
    const [ann, bob] = [await oldClient('ann', 0, 'ws'), await oldClient('bob', 1, 'ws')]
    for (let round = 0; round < 5; round++) {
      const { _id } = await ann.call('create', { title: 'x', owner: 'all' }, { type, url })
      const take = (by: OldClient, owner: string): Promise<unknown> => by.call('update', { _id, owner }, { type, url })
      const results = await Promise.allSettled([take(ann, 'ann'), take(bob, 'bob')])
      const taken = results.flatMap((result) => (result.status === 'fulfilled' ? [(result.value as Todo).owner] : []))
      assert.equal(taken.length, 1, JSON.stringify(results))
      assert.equal((await todoModel(db).findById(_id))?.owner, taken[0])
    }
  })

  it('writes nothing that is refused', async () => {
    const bob = await oldClient('bob', 1, 'tcp')
    const { _id } = await todoModel(db).create({ title: 'a', owner: 'ann' })
    for (const [method, ...args] of [
      ['create', { title: 'b', owner: 'ann' }, { type, url }],
      ['create', { title: 'b', owner: 'bob', secret: 's' }, { type, url }],
      ['update', { _id: String(_id), title: 'b' }, { type, url }],
      ['delete', { _id: String(_id) }, { type, url }],
    ] as const)
      await assert.rejects(bob.call(method, ...args), (error: any) => error === 'model not found' || error.code === 'denied')
    assert.deepEqual(
      (await todoModel(db).find()).map(({ title }) => title),
      ['a'],
    )
  })

  it('leaves the pages of the Express app alone', async () => {
    assert.equal(await (await fetch(`http://127.0.0.1:${processes[0]!.ready[1]!}/page`)).text(), 'a page')
  })
})
