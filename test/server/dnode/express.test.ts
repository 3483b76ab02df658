import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { filter, firstValueFrom } from 'rxjs'
import { listenDnode } from '../../../src/server/dnode/listen.js'
import { Hub } from '../../../src/server/hub/hub.js'
import { asArray, Source } from '../../../src/streams/index.js'
import { connectDnode } from '../../../src/streams/transports/dnode/index.js'

interface Note {
  readonly id: string
}

describe('a hub on an Express app', () => {
  it('serves feeds at its path and leaves the routes and their server to the app', async () => {
    const app = express()
    app.get('/page', (_, response) => {
      response.send('a page')
    })
    const server: Server = app.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const at = `127.0.0.1:${(server.address() as AddressInfo).port}`
    const source = new Source<Note>({ key: ({ id }) => id, initial: [{ id: 'a' }] })
    const hub = new Hub()
    hub.channel('notes', { source, rules: { read: () => true, fields: { readable: '*' } } })
    const listener = await listenDnode(hub, { server, path: '/live' })
    const transport = connectDnode({ url: `ws://${at}/live` })
    const notes = transport.node<Note>('notes').feed().pipe(asArray())
    const seen = (count: number) => firstValueFrom(notes.pipe(filter((list) => list.length === count)))
    assert.deepEqual(await seen(1), [{ id: 'a' }])
    source.publish({ id: 'b' })
    assert.deepEqual(await seen(2), [{ id: 'a' }, { id: 'b' }])
    assert.equal(await (await fetch(`http://${at}/page`)).text(), 'a page')
    assert.equal((await fetch(`http://${at}/live`)).status, 404)
    await transport.close()
    await listener.close()
    await hub.close()
    assert.equal(server.listening, true)
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
})
