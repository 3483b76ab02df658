import { Hub } from '../../src/server/hub/hub.js'
import { openEmbedded } from '../server/embedded-connection.js'
import { offerNotes } from '../server/notes.js'
import { outageClaims } from './outage-claims.js'
import { describeTransport } from './transport.js'

describeTransport('Hub.transport', {
  // Resuming needs no outage.
  gaps: Object.keys(outageClaims).filter((title) => !title.includes('resumes')),
  async start() {
    const connection = await openEmbedded()
    const hub = new Hub()
    offerNotes(hub, connection)
    return {
      transport: () => hub.transport(undefined),
      outage: () => Promise.reject(new Error('there is nothing between a transport in process and its hub that could be cut')),
      async stop() {
        await hub.close()
        await connection.close()
      },
    }
  },
})
