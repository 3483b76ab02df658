// The clients of the dnode bench, in a process of their own.
import { once } from 'node:events'
import { connect } from 'node:net'
import dnode from 'dnode'
import { Crowd } from './creators.js'
import type { Call, Callee, Creator, Order, Report } from './protocol.js'

type Remote = Record<Call, (argument: unknown, fn: (result: unknown) => void) => void>

const crowds = new Map<Creator, Crowd>()
const remotes = new Map<Callee, Remote>()

process.on('message', (order: Order) => {
  void perform(order).then((report) => process.send!(report))
})

async function perform(order: Order): Promise<Report> {
  const begun = performance.now()
  switch (order.type) {
    case 'connect': {
      const crowd = new Crowd(order.subject)
      crowds.set(order.subject, crowd)
      await crowd.connect(order.port, order.clients)
      break
    }
    case 'create':
      return crowds.get(order.subject)!.create(order.count, order.atOnce)
    case 'dial':
      remotes.set(order.subject, await dial(order.port))
      break
    case 'call':
      return call(remotes.get(order.subject)!, order)
  }
  return { ms: performance.now() - begun }
}

async function dial(port: number): Promise<Remote> {
  const socket = connect(port, '127.0.0.1')
  const peer = dnode({}, { weak: false })
  peer.on('data', (line: string) => socket.write(line))
  socket.on('data', (chunk) => peer.write(chunk))
  const [remote] = (await once(peer as never, 'remote')) as [Remote]
  return remote
}

function call(remote: Remote, { call, id, count, atOnce }: Order & { readonly type: 'call' }): Promise<Report> {
  const argument = { type: 'tick', query: { id } }
  return new Promise((resolve) => {
    let sent = 0
    let answered = 0
    const next = (): void => {
      sent++
      remote[call](argument, (result) => {
        if (++answered === count) resolve({ ms: performance.now() - begun, last: JSON.stringify(result).replaceAll(id, '') })
        else if (sent < count) next()
      })
    }
    const begun = performance.now()
    for (let index = 0; index < atOnce; index++) next()
  })
}
