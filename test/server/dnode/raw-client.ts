import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

type Line = { readonly method: string | number; readonly arguments: readonly any[] }

/** A TCP client that sends whatever a test wants and collects the lines that come. */
export class RawClient {
  readonly lines: Line[] = []
  readonly ended: Promise<unknown>
  private rest = ''
  private waiting: (() => void)[] = []
  private calls = 0

  private constructor(readonly socket: Socket) {
    socket.setEncoding('utf8')
    socket.on('error', () => undefined)
    this.ended = once(socket, 'close')
    socket.on('data', (text: string) => {
      const lines = (this.rest + text).split('\n')
      this.rest = lines.pop()!
      for (const line of lines) this.lines.push(JSON.parse(line))
      for (const wake of this.waiting.splice(0)) wake()
    })
    socket.on('close', () => {
      for (const wake of this.waiting.splice(0)) wake()
    })
  }

  static async connect(port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return new RawClient(socket)
  }

  /** The first line that fits; rejects if the connection ends before it comes. */
  async line(fits: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(fits)
      if (found !== undefined) return found
      if (this.socket.closed) throw new Error(`the connection ended without that line; there were ${JSON.stringify(this.lines)}`)
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
  }

  /** Calls a method and gives `[error, result]`. */
  async call(method: string, args: object): Promise<readonly any[]> {
    const id = ++this.calls + 1000
    this.socket.write(callLine(method, args, id))
    return (await this.line((line) => line.method === id)).arguments
  }

  hello(): Promise<readonly any[]> {
    return this.call('hello', { protocol: 1, client: 'raw' })
  }

  /** Why the server said goodbye. */
  async bye(): Promise<any> {
    const { arguments: args } = await this.line(({ method }) => method === 'bye')
    await this.ended
    return args[0]
  }
}

/** The line of a call whose callback has the number `id`. */
export function callLine(method: string, args: unknown, id: number): string {
  return `${JSON.stringify({ method, arguments: [args, '[Function]'], callbacks: { [id]: ['1'] } })}\n`
}
