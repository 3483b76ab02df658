// The dnode bench itself, in a process of its own, so that it runs as in production whatever the caller's environment is.
import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { median } from '../median.js'
import type { Row } from '../row.js'
import type { Call, Callee, Creator, Order, Report } from './protocol.js'
import { bareDnode, rachis, type Server, socketIo } from './servers.js'

const clients = Number(process.env['DNODE_CLIENTS'] ?? 200)
const repetitions = 5
const creators = ['rachis', 'socket.io'] as const
const callees = ['rachis', 'dnode'] as const

/** The other process, asked one thing at a time. */
class Clients {
  private readonly child: ChildProcess = fork(join(import.meta.dirname, 'clients.js'), {
    execArgv: ['--expose-gc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })

  private readonly crashed = once(this.child, 'exit').then(() => Promise.reject(new Error('the clients ended')))

  constructor() {
    this.crashed.catch(() => undefined)
  }

  async ask(order: Order): Promise<Report> {
    globalThis.gc?.()
    const answer = once(this.child, 'message') as Promise<[Report]>
    this.child.send(order)
    return (await Promise.race([answer, this.crashed]))[0]
  }

  close(): void {
    this.child.disconnect()
    this.child.kill()
  }
}

/** The reports of all rounds but the first, which warms up; the subjects take turns. What they got is the same. */
async function rounds<S extends string>(subjects: readonly S[], one: (subject: S) => Promise<Report>): Promise<Record<S, Report[]>> {
  const reports = Object.fromEntries(subjects.map((subject): [S, Report[]] => [subject, []])) as Record<S, Report[]>
  for (let round = 0; round <= repetitions; round++) {
    const last: (string | undefined)[] = []
    for (const subject of subjects) {
      const report = await one(subject)
      last.push(report.last)
      if (round > 0) reports[subject].push(report)
    }
    assert.equal(last[0], last[1], 'both deliver the same')
  }
  return reports
}

const middle = (reports: readonly Report[], value: (report: Report) => number): number => median(reports.map(value))

async function creates(people: Clients, report: (row: Row) => void): Promise<void> {
  for (const { name, count, atOnce } of [
    { name: 'create to created, one at a time', count: 1000, atOnce: 1 },
    { name: 'create to created, 20 at once', count: 2000, atOnce: 20 },
  ]) {
    const reports = await rounds<Creator>(creators, (subject) => people.ask({ type: 'create', subject, count, atOnce }))
    const rate = (subject: Creator): number => middle(reports[subject], ({ ms }) => (count * clients) / (ms / 1000))
    const delay = (subject: Creator): number => middle(reports[subject], ({ medianMs }) => medianMs!)
    const base = { suite: 'dnode', case: name, subject: 'rachis', peer: 'socket.io' }
    const [ours, theirs] = [rate('rachis'), rate('socket.io')]
    report({ ...base, unit: 'deliveries/s', value: Math.round(ours), peerValue: Math.round(theirs), ratio: ours / theirs })
    const [our, their] = [delay('rachis'), delay('socket.io')]
    report({ ...base, unit: 'ms, median', value: our, peerValue: their, ratio: their / our })
  }
}

async function calls(people: Clients, ids: Readonly<Record<Callee, string>>, report: (row: Row) => void): Promise<void> {
  for (const { call, count } of [
    { call: 'echo', count: 10_000 },
    { call: 'read', count: 2_000 },
  ] as const satisfies readonly { call: Call; count: number }[]) {
    const reports = await rounds<Callee>(callees, (subject) =>
      people.ask({ type: 'call', subject, call, id: ids[subject], count, atOnce: 32 }),
    )
    const rate = (subject: Callee): number => middle(reports[subject], ({ ms }) => count / (ms / 1000))
    const [ours, theirs] = [rate('rachis'), rate('dnode')]
    const values = { value: Math.round(ours), peerValue: Math.round(theirs), ratio: ours / theirs }
    report({ suite: 'dnode', case: `${call}, 32 at once`, subject: 'rachis', peer: 'bare dnode', unit: 'calls/s', ...values })
  }
}

async function main(report: (row: Row) => void): Promise<void> {
  const servers: readonly [Server, Server, Server] = [await rachis(), await socketIo(), await bareDnode()]
  const [ours, theirs, bare] = servers
  const people = new Clients()
  try {
    const stored = await Promise.all([ours, bare].map(({ model }) => model.create({ text: 'read', n: -1 })))
    const [id, bareId] = stored.map(({ _id }) => String(_id)) as [string, string]
    await people.ask({ type: 'dial', subject: 'rachis', port: ours.tcpPort })
    await people.ask({ type: 'dial', subject: 'dnode', port: bare.tcpPort })
    await calls(people, { rachis: id, dnode: bareId }, report)
    await people.ask({ type: 'connect', subject: 'rachis', port: ours.port, clients })
    await people.ask({ type: 'connect', subject: 'socket.io', port: theirs.port, clients })
    await creates(people, report)
    const [mine, others] = await Promise.all([ours, theirs].map(({ model }) => model.countDocuments({ n: { $gte: 0 } })))
    assert.equal(mine, others, 'both have stored the same')
  } finally {
    people.close()
    for (const server of servers) await server.close()
  }
}

await main((row) => {
  process.send!(row)
})
process.disconnect()
