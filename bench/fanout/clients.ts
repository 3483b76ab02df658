// The clients of the fan-out bench, in a process of their own: thin WebSockets that speak just enough of each protocol.
import type { Order, Report, Subject, Tick, Work } from './protocol.js'
import { ThinWebSocket } from './thin-web-socket.js'

interface Client {
  readonly items: Map<string, Tick>
  reached: boolean
}

interface Crowd {
  readonly clients: Client[]
  last: number
  work: Work
  missing: number
}

const crowds = new Map<Subject, Crowd>()
const socketIoPath = '/socket.io/?EIO=4&transport=websocket'
const marker = Buffer.from('"n":')

function report(message: Report): void {
  process.send!(message)
}

process.on('message', (order: Order) => {
  if (order.type === 'connect') void connect(order.subject, order.port, order.clients)
  else if (order.type === 'expect') {
    const crowd = crowds.get(order.subject)!
    Object.assign(crowd, { last: order.last, work: order.work, missing: crowd.clients.length })
    for (const client of crowd.clients) client.reached = false
  } else tellState(order.subject)
})

async function connect(subject: Subject, port: number, count: number): Promise<void> {
  const crowd: Crowd = { clients: [], last: Infinity, work: 'count', missing: count }
  crowds.set(subject, crowd)
  for (let number = 0; number < count; number++) {
    const client: Client = { items: new Map(), reached: false }
    crowd.clients.push(client)
    await join(subject, port, (data) => {
      receive(subject, crowd, client, data)
    })
  }
  report({ type: 'connected', subject })
}

/** Resolves when the client gets events. */
function join(subject: Subject, port: number, deliver: (data: Buffer) => void): Promise<void> {
  return new Promise((resolve) => {
    let ready = false
    const become = (): void => {
      ready = true
      resolve()
    }
    const socket: ThinWebSocket = new ThinWebSocket(
      port,
      subject === 'socket.io' ? socketIoPath : '/',
      () => {
        // The first messages of the server may be in the same chunk.
        queueMicrotask(() => {
          if (subject === 'ws') become()
          else if (subject === 'rachis') for (const call of calls) socket.send(call)
        })
      },
      (data) => {
        if (ready) deliver(data)
        else if (subject === 'socket.io' && data[0] === 0x30) socket.send('40')
        else if (data.includes(subject === 'rachis' ? '"mark"' : '40')) become()
      },
    )
  })
}

const calls = [
  { method: 'hello', arguments: [{ protocol: 1, client: 'bench' }, '[Function]'], callbacks: { 1: ['1'] } },
  { method: 'subscribe', arguments: [{ sid: 1, channel: 'ticks', query: {} }, '[Function]'], callbacks: { 2: ['1'] } },
].map((call) => `${JSON.stringify(call)}\n`)

function receive(subject: Subject, crowd: Crowd, client: Client, data: Buffer): void {
  const last = crowd.work === 'count' ? lastNumber(data) : fold(subject, client.items, data.toString())
  if (last !== crowd.last || client.reached) return
  client.reached = true
  if (--crowd.missing === 0) report({ type: 'reached', subject })
}

/** The number of the last event in a message, looked for from its end. */
function lastNumber(data: Buffer): number {
  let number = 0
  const at = data.lastIndexOf(marker)
  if (at < 0) return -1
  for (let index = at + marker.length; ; index++) {
    const digit = data[index]! - 48
    if (!(digit >= 0 && digit <= 9)) return number
    number = number * 10 + digit
  }
}

function fold(subject: Subject, items: Map<string, Tick>, text: string): number {
  let last = -1
  const put = (item: Tick): void => {
    items.set(item.id, item)
    last = item.n
  }
  if (subject === 'socket.io') {
    if (!text.startsWith('42')) return last
    const [, payload] = JSON.parse(text.slice(2)) as [string, Tick | Tick[]]
    if (Array.isArray(payload)) payload.forEach(put)
    else put(payload)
  } else if (subject === 'ws') put(JSON.parse(text) as Tick)
  else {
    for (const line of text.split('\n')) {
      if (line === '') continue
      const { method, arguments: args } = JSON.parse(line) as { method: string; arguments: unknown[] }
      if (method === 'put') for (const [, item] of args[1] as [string, Tick][]) put(item)
    }
  }
  return last
}

function tellState(subject: Subject): void {
  const sums = crowds.get(subject)!.clients.map(({ items }) => {
    let sum = 0
    for (const { n } of items.values()) sum += n
    return { size: items.size, sum }
  })
  const [first] = sums
  const agreeing = sums.filter(({ size, sum }) => size === first!.size && sum === first!.sum).length
  report({ type: 'state', subject, ...first!, agreeing })
}
