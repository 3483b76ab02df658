import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { createClient } from 'redis'
import { type Child, startChild } from '../../../services/process.js'
import { type RedisServer, startRedis } from '../../../services/redis.js'
import { type Heard, OldClient } from './old-client.js'

const script = fileURLToPath(new URL('pubsub-process.ts', import.meta.url))
const heartbeat = 200

for (const kinds of [
  ['redis', 'redis'],
  ['ioredis', 'redis'],
]) {
  describe(`two processes on one Redis by ${kinds.join(' and ')}`, function () {
    this.timeout(60_000)
    let redis: RedisServer
    let servers: Child[] = []
    let url: string
    let test = 0
    let a: OldClient
    let b: OldClient
    const clients: OldClient[] = []

    before(async function () {
      redis = await startRedis(this)
    })
    after(async () => {
      await Promise.all(servers.map((server) => server.kill()))
      await redis.stop()
    })
    beforeEach(async () => {
      url = `todos/${String(test++)}`
      servers = await Promise.all(kinds.map(async (kind, index) => servers[index] ?? start(kind)))
      for (const server of servers) while (!isOnline(server)) await new Promise((resolve) => setImmediate(resolve))
      a = await client(servers[0]!)
      b = await client(servers[1]!)
    })
    afterEach(async () => {
      for (const each of clients.splice(0)) each.cut()
      for (const { lines } of servers) assert.deepEqual(lines.filter((line) => line.startsWith('failed')), []) // prettier-ignore
    })

    const isOnline = ({ lines }: Child): boolean =>
      lines
        .filter((line) => line.startsWith('#'))
        .at(-1)!
        .includes('online')
    /** Ends the second one; the next test has another. */
    const lose = (end: 'kill' | 'stop'): Promise<unknown> => servers.pop()![end]()
    async function start(kind: string): Promise<Child> {
      const args = ['--import=tsx', script, String(redis.port), kind, String(heartbeat)]
      const child = await startChild({ command: process.execPath, args, ready: /^port (\d+)$/ })
      await child.line(/^#\d+ online/)
      return child
    }
    async function client(server: Child): Promise<OldClient> {
      const each = await OldClient.tcp(Number(server.ready[1]))
      clients.push(each)
      return each
    }
    const say = (from: OldClient, n: number): Promise<unknown> => from.call('publish', { n }, { url, method: 'create' })
    const numbers = (of: OldClient): number[] => of.heard.filter(([name]) => name === 'created').map(([, { n }]) => n as number)
    const heardAll = (of: OldClient, n: number): Promise<Heard> => of.until(([name, model]) => name === 'created' && model.n === n)
    const count = (of: OldClient, name: string, n: number): Promise<Heard> => of.until((heard) => heard[0] === name && heard[2] === n)
    /** Asks until it is so: what counts is that it comes. */
    async function counts(of: OldClient, n: number): Promise<void> {
      while ((await of.ask('subscribe', url)) !== n) await new Promise((resolve) => setImmediate(resolve))
    }
    const next = (child: Child, state: string): Promise<unknown> => {
      const seen = child.lines.filter((line) => line.startsWith('#')).length
      return child.line(new RegExp(`^#(?:${Array.from({ length: 12 }, (_, i) => String(seen + i)).join('|')}) ${state}`))
    }

    it('share events, each once and in one order', async () => {
      await a.ask('subscribe', url)
      await b.ask('subscribe', url)
      await Promise.all([say(a, 1), say(b, 2), say(a, 3), say(b, 4)])
      for (const each of [a, b]) for (const n of [1, 2, 3, 4]) await heardAll(each, n)
      assert.deepEqual(numbers(a), numbers(b))
      assert.equal(numbers(a).length, 4)
    })

    it('count clients together, right from the first answer', async () => {
      assert.equal(await a.ask('subscribe', url), 1)
      assert.equal(await b.ask('subscribe', url), 2)
      await count(a, 'subscribed', 2)
      const more = await client(servers[1]!)
      assert.equal(await more.ask('subscribe', url), 3)
      await count(a, 'subscribed', 3)
      assert.equal(await b.ask('unsubscribe', url), 2)
      await count(a, 'unsubscribed', 2)
    })

    it('keep a channel as long as one client has it', async () => {
      const other = await client(servers[0]!)
      for (const each of [a, other, b]) await each.ask('subscribe', url)
      await other.ask('unsubscribe', url)
      other.cut()
      await say(b, 1)
      await heardAll(a, 1)
    })

    it('count no more the clients of a process that was killed', async () => {
      await a.ask('subscribe', url)
      await b.ask('subscribe', url)
      await lose('kill')
      await count(a, 'unsubscribed', 1)
    })

    it('count no more the clients of a process that said goodbye', async () => {
      await a.ask('subscribe', url)
      await b.ask('subscribe', url)
      await lose('stop')
      await count(a, 'unsubscribed', 1)
    })

    it('notice that Redis is gone, go on alone, and catch up when it is back', async () => {
      for (const each of [a, b]) await each.ask('subscribe', url)
      const away = servers.map((server) => next(server, 'away'))
      await redis.halt()
      await Promise.all(away)
      await say(a, 1)
      await heardAll(a, 1)
      const late = await client(servers[1]!)
      assert.equal(await late.ask('subscribe', url), 3)
      const back = servers.map((server) => next(server, 'online'))
      await redis.start()
      await Promise.all(back)
      await heardAll(b, 1)
      await count(a, 'subscribed', 3)
      await say(b, 2)
      for (const each of [a, b, late]) await heardAll(each, 2)
      assert.deepEqual(numbers(a), [1, 2])
      assert.deepEqual(numbers(b), [1, 2])
    })

    it('forget who left while Redis was gone', async () => {
      for (const each of [a, b]) await each.ask('subscribe', url)
      const away = servers.map((server) => next(server, 'away'))
      await redis.halt()
      await Promise.all(away)
      await b.ask('unsubscribe', url)
      await redis.start()
      await count(a, 'unsubscribed', 1)
    })

    it('survive a Redis that hangs, and lose and repeat nothing', async () => {
      for (const each of [a, b]) await each.ask('subscribe', url)
      const away = servers.map((server) => next(server, 'away'))
      redis.pause()
      await say(a, 1)
      await Promise.all(away)
      await heardAll(a, 1)
      await say(b, 2)
      await heardAll(b, 2)
      const back = servers.map((server) => next(server, 'online'))
      redis.resume()
      await Promise.all(back)
      await heardAll(b, 1)
      await heardAll(a, 2)
      await say(a, 3)
      for (const each of [a, b]) await heardAll(each, 3)
      assert.deepEqual(numbers(a).sort(), [1, 2, 3])
      assert.deepEqual(numbers(b).sort(), [1, 2, 3])
      await counts(a, 2)
    })

    it('are right again after flushes, cut connections and deaths amid subscriptions and publishes', async () => {
      const control = createClient({ url: `redis://127.0.0.1:${String(redis.port)}` })
      control.on('error', () => undefined)
      await control.connect()
      const crowd = await Promise.all(Array.from({ length: 12 }, (_, index) => client(servers[index % 2]!)))
      for (let round = 0; round < 30; round++) {
        const busy = [...crowd, a, b].map((each, index) =>
          (index + round) % 3 === 0 ? say(each, round) : each.ask((index + round) % 2 === 0 ? 'subscribe' : 'unsubscribe', url),
        )
        if (round % 10 === 3) await control.flushAll()
        if (round % 10 === 7) await control.sendCommand(['CLIENT', 'KILL', 'TYPE', round % 20 === 7 ? 'pubsub' : 'normal', 'SKIPME', 'yes'])
        await Promise.all(busy)
      }
      for (const each of crowd) await each.ask('subscribe', url)
      await a.ask('subscribe', url)
      await b.ask('subscribe', url)
      await counts(a, 14)
      await counts(b, 14)
      for (const each of crowd.slice(0, 4)) each.cut()
      await counts(a, 10)
      await lose('kill')
      await counts(a, 5)
      servers.push(await start(kinds[1]!))
      const newcomer = await client(servers.at(-1)!)
      await counts(newcomer, 6)
      await counts(a, 6)
      control.destroy()
    })

    it('are right again when Redis stops, hangs and starts empty while clients and a process die, amid subscriptions and publishes', async () => {
      const join = (server: number): Promise<OldClient> => client(servers[server]!)
      const crowd = await Promise.all(Array.from({ length: 12 }, (_, index) => join(index % 2)))
      /** Some of the crowd talk, the others come and go; who is cut off by a death has no answer. */
      const act = async (round: number): Promise<void> => {
        const answers = crowd.map((each, index) =>
          (index + round) % 3 === 0 ? say(each, round) : each.ask((index + round) % 2 === 0 ? 'subscribe' : 'unsubscribe', url),
        )
        await Promise.all(answers.map((answer, index) => Promise.race([answer, crowd[index]!.ended])))
      }
      const events: Record<number, () => unknown> = {
        2: () => redis.halt(),
        4: () => lose('kill'),
        6: () => redis.start(),
        8: async () => {
          servers.push(await start(kinds[1]!))
          await Promise.all([1, 3, 5, 7, 9, 11].map(async (index) => (crowd[index] = await join(1))))
        },
        10: () => redis.pause(),
        12: async () => {
          crowd[0]!.cut()
          crowd[1]!.cut()
          await Promise.all([0, 1].map(async (index) => (crowd[index] = await join(index))))
        },
        14: () => redis.resume(),
        16: () => redis.halt(),
        18: () => redis.start(),
      }
      for (let round = 0; round < 60; round++) {
        await Promise.all([events[round / 3]?.(), act(round)])
      }
      const inside = crowd.filter((_, index) => index < 7)
      const outside = crowd.filter((_, index) => index >= 7)
      await Promise.all(inside.map((each) => each.ask('subscribe', url)))
      await Promise.all(outside.map((each) => each.ask('unsubscribe', url)))
      await counts(inside[0]!, 7)
      await counts(inside[1]!, 7)
      for (const from of [crowd[0]!, crowd[1]!]) {
        const n = 1000 + crowd.indexOf(from)
        await say(from, n)
        for (const each of inside) await heardAll(each, n)
      }
      // What they should not have heard would have come before this answer.
      for (const each of outside) await each.ask('unsubscribe', url)
      for (const each of outside) assert.deepEqual(numbers(each).filter((n) => n >= 1000), []) // prettier-ignore
      for (const each of inside) assert.deepEqual(numbers(each).filter((n) => n >= 1000).sort(), [1000, 1001]) // prettier-ignore
    })
  })
}
