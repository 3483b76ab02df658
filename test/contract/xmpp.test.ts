import type { Context } from 'mocha'
import { startEjabberd } from '../services/ejabberd.js'
import { startProsody } from '../services/prosody.js'
import type { XmppServer } from '../services/xmpp-server.js'
import { describeTransport } from './describe-transport.js'
import { XmppCases } from './xmpp-driver.js'

const servers: Record<string, (context: Context) => Promise<XmppServer>> = { Prosody: startProsody, ejabberd: startEjabberd }

const ways = {
  'over WebSocket, streams resumed,': ['ws', {}],
  'over WebSocket, every stream new,': ['ws', { streamManagement: false }],
  'over BOSH': ['bosh', {}],
} as const

for (const [name, startServer] of Object.entries(servers)) {
  describe(`XMPP on ${name}`, () => {
    let server: XmppServer
    before(async function () {
      server = await startServer(this)
      await server.seal('sealed')
    })
    after(() => (server as XmppServer | undefined)?.stop())
    for (const [way, [over, options]] of Object.entries(ways)) {
      describe(way, () => {
        const cases = new XmppCases(() => server, over, options)
        before(() => cases.prepare(way.replace(/\W/g, '').toLowerCase()))
        after(() => cases.end())
        describeTransport('it', cases)
      })
    }
  })
}
