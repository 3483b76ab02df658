// Thin WebSocket clients that speak just enough of dnode or socket.io, all on one URL.
import { ThinWebSocket } from '../fanout/thin-web-socket.js'
import { median } from '../median.js'
import type { Creator, Report, Tick } from './protocol.js'

const url = 'ticks'
const text = 'x'.repeat(160)
const marker = Buffer.from('"n":')
const socketIoPath = '/socket.io/?EIO=4&transport=websocket'
const opt = { type: 'tick', url }

/** Clients of one server; the first one creates. */
export class Crowd {
  private readonly sockets: ThinWebSocket[] = []
  private sent = 0
  private calls = 0
  private message: (client: number, data: Buffer) => void = () => undefined

  constructor(private readonly subject: Creator) {}

  async connect(port: number, clients: number): Promise<void> {
    for (let client = 0; client < clients; client++) await this.join(port, client)
  }

  create(count: number, atOnce: number): Promise<Report> {
    const { subject } = this
    const first = this.sent
    const end = first + count
    const sentAt = new Float64Array(count)
    const delays: number[] = []
    let missing = count * this.sockets.length
    const heard = subject === 'rachis' ? '{"method":"created"' : '42["created"'
    const send = (): void => {
      const tick: Tick = { text, n: this.sent++ }
      sentAt[tick.n - first] = performance.now()
      this.sockets[0]!.send(this.call('create', tick, opt))
    }
    return new Promise((resolve) => {
      let begun = 0
      this.message = (client, data) => {
        if (data.toString('latin1', 0, heard.length) !== heard) return
        const now = performance.now()
        delays.push(now - sentAt[numberIn(data) - first]!)
        // The next when everybody else may still be listening to this: as many are on their way as were at first.
        if (client === this.sockets.length - 1 && this.sent < end) send()
        if (--missing === 0) resolve({ ms: now - begun, medianMs: median(delays), last: withoutIds(subject, data.toString()) })
      }
      begun = performance.now()
      for (let index = 0; index < Math.min(atOnce, count); index++) send()
    })
  }

  /** Resolves when the client is subscribed. */
  private join(port: number, client: number): Promise<void> {
    return new Promise((resolve) => {
      const { subject } = this
      let isIn = false
      const subscribe = (): void => {
        socket.send(this.call('subscribe', url))
      }
      const socket: ThinWebSocket = new ThinWebSocket(
        port,
        subject === 'socket.io' ? socketIoPath : '/',
        () => {
          if (subject === 'rachis') queueMicrotask(subscribe)
        },
        (data) => {
          if (isIn) this.message(client, data)
          else if (subject === 'socket.io' && data[0] === 0x30) socket.send('40')
          else if (subject === 'socket.io' && data.toString('latin1', 0, 2) === '40') subscribe()
          else if (data.toString('latin1', 0, 40).includes(subject === 'rachis' ? 'subscribed' : '42["subscribed"')) {
            isIn = true
            resolve()
          }
        },
      )
      this.sockets.push(socket)
    })
  }

  private call(method: string, ...args: readonly unknown[]): string {
    const id = ++this.calls
    if (this.subject === 'socket.io') return `42${id}${JSON.stringify([method, ...args])}`
    return `${JSON.stringify({ method, arguments: [...args, '[Function]'], callbacks: { [id]: [String(args.length)] }, links: [] })}\n`
  }
}

function numberIn(data: Buffer): number {
  let number = 0
  for (let index = data.indexOf(marker) + marker.length; ; index++) {
    const digit = data[index]! - 48
    if (!(digit >= 0 && digit <= 9)) return number
    number = number * 10 + digit
  }
}

function withoutIds(subject: Creator, message: string): string {
  const [document, options] =
    subject === 'rachis'
      ? (JSON.parse(message) as { arguments: [Record<string, unknown>, Record<string, unknown>] }).arguments
      : (JSON.parse(message.slice(2)) as [string, Record<string, unknown>, Record<string, unknown>]).slice(1)
  return JSON.stringify([Object.entries({ ...(document as object), _id: '' }).sort(), Object.entries(options as object).sort()])
}
