import { Hub } from '../../src/server/hub/hub.js'
import { openMongodb } from '../server/mongodb-connection.js'
import { offerNotes } from '../server/notes.js'
import { type SecantusServer, startSecantus } from '../services/secantus.js'
import { inProcessGaps } from './in-process-gaps.js'
import { describeTransport } from './describe-transport.js'

describe('on MongoDB', () => {
  let server: SecantusServer
  before(async function () {
    server = await startSecantus(this)
  })
  after(() => (server as SecantusServer | undefined)?.stop())

  describeTransport('Hub.transport', {
    gaps: inProcessGaps,
    async start() {
      const connection = await openMongodb(server)
      const hub = new Hub()
      await offerNotes(hub, connection).init()
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
})
