// The clients of the fan-out bench, in a process of their own: plain WebSockets that speak just enough of each protocol.
import { WebSocket } from 'ws'
import type { Order, Report, Subject, Tick, Work } from './protocol.js'

interface Client {
  readonly socket: WebSocket
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
const urls: Readonly<Record<Subject, (port: number) => string>> = {
  rachis: (port) => `ws://127.0.0.1:${port}/`,
  'socket.io': (port) => `ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`,
  ws: (port) => `ws://127.0.0.1:${port}/`,
}
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
    const socket = new WebSocket(urls[subject](port), { perMessageDeflate: false })
    const client: Client = { socket, items: new Map(), reached: false }
    crowd.clients.push(client)
    await ready(subject, socket)
    socket.on('message', (data: Buffer) => {
      receive(subject, crowd, client, data)
    })
  }
  report({ type: 'connected', subject })
}

/** Resolves when the client gets events. */
function ready(subject: Subject, socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    const listen = (data: Buffer): void => {
      const message = data.toString()
      if (subject === 'socket.io' && message.startsWith('0')) socket.send('40')
      else if (subject === 'rachis' ? message.includes('"mark"') : message.startsWith('40')) {
        socket.off('message', listen)
        resolve()
      }
    }
    socket.on('message', listen)
    socket.on('open', () => {
      if (subject === 'ws') resolve()
      if (subject !== 'rachis') return
      const call = (method: string, args: object, id: number): string =>
        `${JSON.stringify({ method, arguments: [args, '[Function]'], callbacks: { [id]: ['1'] } })}\n`
      socket.send(call('hello', { protocol: 1, client: 'bench' }, 1))
      socket.send(call('subscribe', { sid: 1, channel: 'ticks', query: {} }, 2))
    })
  })
}

function receive(subject: Subject, crowd: Crowd, client: Client, data: Buffer): void {
  const last = crowd.work === 'count' ? lastNumber(data) : fold(subject, client.items, data.toString())
  if (last !== crowd.last || client.reached) {
    if (subject === 'socket.io' && data.length === 1) client.socket.send('3')
    return
  }
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
