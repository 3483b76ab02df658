import { Hub } from '../../src/server/hub/hub.js'
import { listenDnode } from '../../src/server/dnode/listen.js'
import { DnodeTransport } from '../../src/streams/transports/dnode/transport.js'
import { openEmbedded } from '../server/embedded-connection.js'
import { offerNotes } from '../server/notes.js'
import { openProxy } from './cut-proxy.js'
import type { ContractServer } from '../../src/streams/testing/index.js'

/** A hub on an embedded store, behind a proxy that can be cut. */
export async function startDnode(scheme: 'ws' | 'tcp') {
  const connection = await openEmbedded()
  const hub = new Hub()
  offerNotes(hub, connection)
  const host = '127.0.0.1'
  const listener = await listenDnode(hub, scheme === 'ws' ? { port: 0, host } : { tcp: { port: 0, host } })
  const port = (scheme === 'ws' ? listener.port : listener.tcpPort)!
  const proxy = await openProxy(port)
  const dial = (steady: boolean) =>
    new DnodeTransport({ url: `${scheme}://${host}:${steady ? port : proxy.port}`, backoff: { base: 1, max: 20 } })
  const env: ContractServer = {
    transport: ({ steady = false } = {}) => dial(steady),
    outage() {
      proxy.cut()
      return Promise.resolve(() => {
        proxy.mend()
        return Promise.resolve()
      })
    },
    async released() {
      while (hub.stats.connections > 0) await new Promise(setImmediate)
    },
    async stop() {
      await listener.close()
      await proxy.close()
      await hub.close()
      await connection.close()
    },
  }
  return { env, proxy, dial }
}
