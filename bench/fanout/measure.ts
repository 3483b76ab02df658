// The fan-out bench itself, in a process of its own, so that it runs as in production whatever the caller's environment is.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { setImmediate as nextTick } from 'node:timers/promises'
import { median } from '../median.js'
import type { Row } from '../row.js'
import { type Order, type Report, type Subject, tick, type Tick, type Work } from './protocol.js'
import { type Server, startServers } from './server.js'

const clients = Number(process.env['FANOUT_CLIENTS'] ?? 500)
const repetitions = 5

interface Run {
  readonly server: Server
  /** Every event goes out for itself: a burst costs so much that a few are enough. */
  readonly single: boolean
  /** Sends what happens in one tick. */
  readonly send: (events: readonly Tick[]) => void
  readonly name: string
}

interface Case {
  readonly name: string
  readonly events: number
  readonly burst: number
  readonly work: Work
  readonly runs: (servers: Readonly<Record<Subject, Server>>) => readonly Run[]
}

const each = (server: Server): Run => ({
  server,
  name: server.subject,
  single: server.subject !== 'rachis',
  send: (events) => {
    server.send(events)
  },
})
const array = (server: Server): Run => ({
  server,
  name: `${server.subject}, one array`,
  single: false,
  send: (events) => {
    server.sendArray!(events)
  },
})

const cases: readonly Case[] = [
  {
    name: 'single events, counted',
    events: 500,
    burst: 1,
    work: 'count',
    runs: (servers) => [each(servers.rachis), each(servers['socket.io']), each(servers.ws)],
  },
  {
    name: 'bursts of 100, counted',
    events: 3_000,
    burst: 100,
    work: 'count',
    runs: (servers) => [each(servers.rachis), each(servers['socket.io']), array(servers['socket.io']), each(servers.ws)],
  },
  {
    name: 'bursts of 100, folded',
    events: 1_000,
    burst: 100,
    work: 'fold',
    runs: (servers) => [each(servers.rachis), each(servers['socket.io']), array(servers['socket.io'])],
  },
]

/** The other process, asked one thing at a time. */
class Clients {
  private readonly child: ChildProcess

  constructor() {
    this.child = fork(join(import.meta.dirname, 'clients.js'), {
      execArgv: [],
      env: { ...process.env, NODE_ENV: 'production' },
    })
  }

  async ask<T extends Report['type']>(order: Order, type: T): Promise<Report & { readonly type: T }> {
    const answer = this.hear(type)
    this.child.send(order)
    return answer
  }

  hear<T extends Report['type']>(type: T): Promise<Report & { readonly type: T }> {
    return new Promise((resolve) => {
      const listen = (report: Report): void => {
        if (report.type !== type) return
        this.child.off('message', listen)
        resolve(report as Report & { readonly type: T })
      }
      this.child.on('message', listen)
    })
  }

  /** Gets through before what is then sent over the network, as the child reads it in the same way. */
  tell(order: Order): Promise<void> {
    return new Promise((resolve, reject) => {
      this.child.send(order, (error) => {
        if (error === null) resolve()
        else reject(error)
      })
    })
  }

  close(): void {
    this.child.disconnect()
    this.child.kill()
  }
}

const counters = new Map<Subject, number>()

/** Deliveries a second of one run: from the first event sent until the last client has the last. */
async function measure(people: Clients, { server, send, single }: Run, { events, burst, work }: Case): Promise<number> {
  const ticks = Math.max(2, Math.round(events / burst / (single && burst > 1 ? 10 : 1)))
  const begin = counters.get(server.subject) ?? 0
  const end = begin + ticks * burst
  counters.set(server.subject, end)
  const bursts = Array.from({ length: ticks }, (_, index) =>
    Array.from({ length: burst }, (_, place) => tick(begin + index * burst + place)),
  )
  await people.tell({ type: 'expect', subject: server.subject, last: end - 1, work })
  await new Promise((resolve) => setTimeout(resolve, 50))
  globalThis.gc?.()
  const reached = people.hear('reached')
  const start = performance.now()
  for (const events of bursts) {
    send(events)
    await nextTick()
  }
  await reached
  return (ticks * burst * clients) / ((performance.now() - start) / 1000)
}

async function main(report: (row: Row) => void): Promise<void> {
  const started = await startServers()
  const servers = Object.fromEntries(started.map((server) => [server.subject, server])) as Record<Subject, Server>
  const people = new Clients()
  try {
    for (const { subject, port } of started) await people.ask({ type: 'connect', subject, port, clients }, 'connected')
    for (const test of cases) {
      const runs = test.runs(servers)
      const rates = runs.map((): number[] => [])
      for (let round = 0; round <= repetitions; round++) {
        for (const [index, run] of runs.entries()) {
          const rate = await measure(people, run, test)
          // The first round warms up.
          if (round > 0) rates[index]!.push(rate)
        }
      }
      const [ours, ...others] = rates.map(median)
      others.forEach((value, index) => {
        const { name } = runs[index + 1]!
        const base = { suite: 'fanout', case: test.name, subject: 'rachis', unit: 'deliveries/s', value: Math.round(ours!) }
        report(
          name === 'ws'
            ? { ...base, limit: name, limitValue: Math.round(value), ratio: ours! / value }
            : { ...base, peer: name, peerValue: Math.round(value), ratio: ours! / value },
        )
      })
    }
    await checkEqual(people)
  } finally {
    people.close()
    for (const server of started) await server.close()
  }
}

/** All folding clients of a subject hold the same items, and all that were sent to them. */
async function checkEqual(people: Clients): Promise<void> {
  for (const subject of ['rachis', 'socket.io'] as const) {
    const { agreeing, size } = await people.ask({ type: 'state', subject }, 'state')
    assert.deepEqual([agreeing, size], [clients, 1000], `${subject}: all clients hold the same`)
  }
}

await main((row) => {
  process.send!(row)
})
process.disconnect()
