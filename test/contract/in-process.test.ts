import { Hub } from '../../src/server/hub/hub.js'
import { openEmbedded } from '../server/embedded-connection.js'
import { offerNotes } from '../server/notes.js'
import { describeTransport } from './transport.js'

describeTransport('Hub.transport', {
  async start() {
    const connection = await openEmbedded()
    const hub = new Hub()
    offerNotes(hub, connection)
    return {
      transport: () => hub.transport(undefined),
      outage: () => Promise.resolve(() => Promise.resolve()),
      async stop() {
        await hub.close()
        await connection.close()
      },
    }
  },
})
