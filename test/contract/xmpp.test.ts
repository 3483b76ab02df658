import type { Context } from 'mocha'
import { startEjabberd } from '../services/ejabberd.js'
import { startProsody } from '../services/prosody.js'
import type { XmppServer } from '../services/xmpp-server.js'
import { describeTransport } from './describe-transport.js'
import { XmppCases } from './xmpp-driver.js'

const servers: Record<string, (context: Context) => Promise<XmppServer>> = { Prosody: startProsody, ejabberd: startEjabberd }

for (const [name, startServer] of Object.entries(servers)) {
  describe(`XMPP on ${name}`, () => {
    let server: XmppServer
    const cases = new XmppCases(() => server, 'ws')
    before(async function () {
      server = await startServer(this)
      await cases.prepare()
    })
    after(async () => {
      await cases.end()
      await server.stop()
    })
    describeTransport('over WebSocket, streams resumed,', cases)
  })
}
