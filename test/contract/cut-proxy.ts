import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** Passes bytes on to a port of this machine, and can be cut: nothing gets through, and nobody gets in, until it is mended. */
export async function openProxy(target: number) {
  const sockets = new Set<Socket>()
  const upstreams = new Set<Socket>()
  let isCut = false
  /** Bytes to the client after which it is cut of itself. */
  let cutAfter = Infinity
  const cut = (): void => {
    isCut = true
    cutAfter = Infinity
    for (const socket of sockets) socket.destroy()
  }
  const server = createServer({ noDelay: true }, (client) => {
    if (isCut) {
      client.destroy()
      return
    }
    const upstream = connect({ port: target, host: '127.0.0.1', noDelay: true })
    upstreams.add(upstream)
    upstream.on('close', () => upstreams.delete(upstream))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (chunk) => {
      if (!isCut) upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (isCut) return
      const part = chunk.subarray(0, cutAfter)
      cutAfter -= part.length
      if (cutAfter > 0) client.write(part)
      else client.write(part, cut)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    /** Resolves once the server has closed its sides too: it has noticed. */
    async cutAndNoticed(): Promise<void> {
      isCut = true
      const closed = [...upstreams].map((upstream) => once(upstream.end(), 'close'))
      await Promise.all(closed)
    },
    mend(): void {
      isCut = false
    },
    cutAfterBytes(bytes: number): void {
      cutAfter = bytes
    },
    get isCut(): boolean {
      return isCut
    },
    async close(): Promise<void> {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
