import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import mongoose from 'mongoose'
import { listenDnode } from '../../src/server/dnode/listen.js'
import { Hub } from '../../src/server/hub/hub.js'
import { offerNotes } from '../server/notes.js'

/*
 * A server process for many cases: POST a MongoDB URI, and it opens a hub on it and answers with its ports; DELETE closes it. Says the port of that door.
 */
const open = new Map<string, () => Promise<void>>()
const host = '127.0.0.1'

async function start(uri: string): Promise<string> {
  const connection = await new mongoose.Mongoose().createConnection(uri, { serverSelectionTimeoutMS: 5_000 }).asPromise()
  const hub = new Hub()
  await offerNotes(hub, connection).init()
  const listener = await listenDnode(hub, { port: 0, host, tcp: { port: 0, host } })
  open.set(uri, async () => {
    await listener.close()
    await hub.close()
    await connection.close()
  })
  return JSON.stringify({ ws: listener.port, tcp: listener.tcpPort })
}

const door = createServer((request, response) => {
  const act = async (): Promise<string> => {
    const body: Buffer[] = []
    for await (const chunk of request) body.push(chunk as Buffer)
    const uri = Buffer.concat(body).toString()
    if (request.method === 'POST') return start(uri)
    await open.get(uri)?.()
    open.delete(uri)
    return ''
  }
  act().then(
    (text) => response.end(text),
    (error: unknown) => response.writeHead(500).end(String(error)),
  )
})
door.listen(0, host, () => {
  console.log(`door ${String((door.address() as AddressInfo).port)}`)
})
