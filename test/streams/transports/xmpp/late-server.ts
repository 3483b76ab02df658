import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'

/** A server that reads each message 20 ms late, and none once the socket is closed: ejabberd does so now and then. Behind it is the one at `target`. */
export async function openLateServer(target: string): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  server.on('connection', (client) => {
    const upstream = new WebSocket(target, 'xmpp')
    client.on('message', (message: Buffer) => {
      setTimeout(() => {
        if (client.readyState === WebSocket.OPEN) upstream.send(message.toString())
      }, 20)
    })
    upstream.on('message', (message: Buffer) => client.send(message.toString()))
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const)
      socket.on('error', () => undefined).on('close', () => other.terminate())
  })
  await once(server, 'listening')
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      for (const client of server.clients) client.terminate()
      server.close()
      await once(server, 'close')
    },
  }
}
