import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import dnode, { type Dnode } from 'dnode'
import { WebSocket } from 'ws'

/** What a client of old has heard: the method, and what came with it. */
export type Heard = readonly [name: string, ...args: any[]]

type Remote = Record<string, (...args: any[]) => void>

/** A client made with nothing but the `dnode` package; it keeps what it hears. */
export class OldClient {
  readonly heard: Heard[] = []
  private waiting: (() => void)[] = []

  private constructor(
    readonly dnode: Dnode,
    readonly remote: Remote,
    readonly cut: () => void,
    readonly ended: Promise<unknown>,
  ) {}

  static async tcp(port: number): Promise<OldClient> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    return OldClient.over(
      socket,
      (text) => socket.write(text),
      (take) => socket.on('data', take),
      () => socket.destroy(),
      () => socket.end(),
    )
  }

  static async webSocket(url: string): Promise<OldClient> {
    const socket = new WebSocket(url)
    // The greeting may come with the answer to the upgrade.
    const early: Buffer[] = []
    const keep = (chunk: Buffer): unknown => early.push(chunk)
    socket.on('message', keep)
    await once(socket, 'open')
    return OldClient.over(
      socket,
      (text) => {
        socket.send(text)
      },
      (take) => {
        socket.off('message', keep)
        for (const chunk of early) take(chunk)
        socket.on('message', take)
      },
      () => {
        socket.terminate()
      },
      () => {
        socket.close()
      },
    )
  }

  private static async over(
    socket: Socket | WebSocket,
    send: (text: string) => unknown,
    receive: (take: (chunk: Buffer) => void) => unknown,
    cut: () => void,
    end: () => void,
  ): Promise<OldClient> {
    const names = ['created', 'updated', 'deleted', 'subscribed', 'unsubscribed']
    const own: { client?: OldClient } = {}
    const methods = Object.fromEntries(names.map((name) => [name, (...args: unknown[]) => own.client?.hear([name, ...args])]))
    const peer = dnode(methods, { weak: false })
    socket.on('error', () => undefined)
    peer.on('data', send)
    peer.on('fail', () => undefined)
    receive((chunk) => peer.write(chunk))
    const remote = await new Promise<Remote>((resolve) => peer.once('remote', resolve))
    const client = new OldClient(peer, remote, cut, new Promise((resolve) => socket.once('close', resolve)))
    client.close = async () => {
      end()
      await client.ended
    }
    return (own.client = client)
  }

  close!: () => Promise<void>

  hear(heard: Heard): void {
    this.heard.push(heard)
    for (const wake of this.waiting.splice(0)) wake()
  }

  /** Calls a method with data and options; rejects with what `opt.error` gets. */
  call(method: string, ...args: any[]): Promise<any> {
    return new Promise((resolve, reject) => {
      const opt = { ...args.at(-1), error: reject }
      this.remote[method]!(...args.slice(0, -1), opt, (result: unknown) => {
        this.hear([`answer to ${method}`, result])
        resolve(result)
      })
    })
  }

  /** Calls `subscribe`, `unsubscribe`, `authenticate`. */
  ask(method: string, argument: unknown): Promise<any> {
    return new Promise((resolve, reject) => {
      this.remote[method]!(argument, (error: any, result: unknown) => {
        if (error === null) resolve(result)
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- a word, for some
        else reject(error)
      })
    })
  }

  /** The first thing heard, past or future, that fits. */
  async until(fits: (heard: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const found = this.heard.find(fits)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => this.waiting.push(resolve))
    }
  }

  event(name: string): Promise<Heard> {
    return this.until((heard) => heard[0] === name)
  }
}
