import { Hub } from '../../src/server/hub/hub.js'
import { openEmbedded } from '../server/embedded-connection.js'
import { offerNotes } from '../server/notes.js'
import { inProcessGaps } from './in-process-gaps.js'
import { describeTransport } from './describe-transport.js'

describeTransport('Hub.transport', {
  gaps: inProcessGaps,
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
