import { join } from 'node:path'
import type { ContractServer } from '../../src/streams/testing/index.js'
import { connectDnode } from '../../src/streams/transports/dnode/index.js'
import { type Child, startChild } from '../services/process.js'
import { type SecantusServer, startSecantus } from '../services/secantus.js'
import { openProxy } from './cut-proxy.js'
import { describeTransport } from './describe-transport.js'

interface Ports {
  readonly ws: number
  readonly tcp: number
}

const file = join(import.meta.dirname, 'notes-process.ts')

describe('two processes on one MongoDB', () => {
  let mongodb: SecantusServer
  let processes: readonly Child[]
  let cases = 0
  before(async function () {
    this.timeout(60_000)
    mongodb = await startSecantus(this)
    const start = (): Promise<Child> => startChild({ command: process.execPath, args: ['--import=tsx', file], ready: /door (\d+)/ })
    processes = await Promise.all([start(), start()])
  })
  after(async () => {
    await Promise.all((processes as readonly Child[] | undefined)?.map((child) => child.kill()) ?? [])
    await (mongodb as SecantusServer | undefined)?.stop()
  })

  async function ask(child: Child, method: 'POST' | 'DELETE', uri: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${child.ready[1]!}/`, { method, body: uri })
    const text = await response.text()
    if (!response.ok) throw new Error(text)
    return text
  }

  // Every client is another's neighbour in the other process: one over WebSocket, the next over TCP.
  describeTransport('DNode', {
    async start(): Promise<ContractServer> {
      const uri = mongodb.uri(`case${String(++cases)}`)
      // One after the other: each makes the collection, if it isn't there.
      const ports: Ports[] = []
      for (const child of processes) ports.push(JSON.parse(await ask(child, 'POST', uri)) as Ports)
      const direct = [
        ['ws', ports[0]!.ws],
        ['tcp', ports[1]!.tcp],
      ] as const
      const proxies = await Promise.all(direct.map(([, port]) => openProxy(port)))
      let clients = 0
      return {
        transport: ({ steady = false } = {}) => {
          const index = clients++ % 2
          const [scheme, port] = direct[index]!
          return connectDnode({ url: `${scheme}://127.0.0.1:${steady ? port : proxies[index]!.port}`, backoff: { base: 1, max: 20 } })
        },
        outage: () => {
          for (const proxy of proxies) proxy.cut()
          return Promise.resolve(() => {
            for (const proxy of proxies) proxy.mend()
            return Promise.resolve()
          })
        },
        stop: async () => {
          await Promise.all(processes.map((child) => ask(child, 'DELETE', uri)))
          await Promise.all(proxies.map((proxy) => proxy.close()))
        },
      }
    },
  })
})
