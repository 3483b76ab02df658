import assert from 'node:assert/strict'
import { startEjabberd } from '../services/ejabberd.js'
import { startChild } from '../services/process.js'
import { startProsody } from '../services/prosody.js'
import { startTls, type Tls } from '../services/tls.js'
import type { XmppServer } from '../services/xmpp-server.js'
import type { XmppAccount } from '../services/xmpp-session.js'
import { cli, root, runCli } from '../server/cli/run-cli.js'
import { Site } from './site.js'
import { shows, signIn, write } from './todo-list.js'

/** An address with TLS in front of it. */
const secure = (url: string, port: number): string => {
  const at = new URL(url)
  return `${at.protocol.replace(':', 's:')}//localhost:${port}${at.pathname}`
}

for (const [name, startServer] of Object.entries({ Prosody: startProsody, ejabberd: startEjabberd })) {
  describe(`over TLS, XMPP on ${name}`, function () {
    this.timeout(60_000)
    let tls: Tls
    let server: XmppServer
    let account: XmppAccount
    let site: Site
    let socket: string
    let bosh: string
    let page: string
    let env: NodeJS.ProcessEnv
    before(async function () {
      tls = startTls(this)
      server = await startServer(this)
      account = await server.user('juliet')
      const port = await tls.inFrontOf(server.port)
      socket = secure(server.wsUrl, port)
      bosh = secure(server.boshUrl, port)
      env = { RACHIS_PASSWORD: account.password }
      site = await Site.open(this, { RACHIS_XMPP: socket, RACHIS_XMPP_USER: account.jid })
      page = secure(site.url, await tls.inFrontOf(Number(new URL(site.url).port)))
    })
    after(async () => {
      await (site as Site | undefined)?.close()
      await (server as XmppServer | undefined)?.stop()
      await (tls as Tls | undefined)?.stop()
    })

    /** What `rachis tail` tells first of a node that holds something, trusting the certificate. */
    const tail = async (...args: string[]): Promise<string> => {
      const trusting = { ...process.env, ...env, NODE_EXTRA_CA_CERTS: tls.certificate }
      const child = await startChild({
        command: process.execPath,
        args: [cli, 'tail', ...args],
        cwd: root,
        env: trusting,
        ready: /"publish".*/,
      })
      await child.stop()
      return child.ready[0]
    }

    it('pages are served, and write by DNode and XMPP', async () => {
      const options = { ignoreHTTPSErrors: true }
      const [ada, ben] = [await site.page('/todos/', options, page), await site.page('/todos/?over=xmpp', options, page)]
      await ada.getByText('Nothing to do').waitFor()
      await write(ada, 'By DNode')
      await shows(ada, ['By DNode'])
      await signIn(ben, account.password)
      await ben.getByText('Nothing to do').waitFor()
      await write(ben, 'By XMPP')
      await shows(ben, ['By XMPP'])
      assert.deepEqual(site.errors, [])
    })

    it('programs read by DNode, WebSocket and BOSH', async () => {
      assert.match(await tail('todos', '--url', page.replace('https', 'wss')), /By DNode/)
      for (const service of [socket, bosh]) assert.match(await tail(`xmpp://${account.jid}/todos`, '--service', service), /By XMPP/)
    })

    it('programs say that they don’t trust a certificate', async () => {
      const load = (...args: string[]) => runCli(['load', '-', ...args], { env, input: '{"id":"x"}' })
      for (const service of [socket, bosh]) {
        const { stderr } = await load('--node', `xmpp://${account.jid}/todos`, '--key', 'id', '--service', service)
        assert.match(stderr, /can't be reached: the connection failed: self-signed certificate/)
      }
      assert.match((await load('--node', 'todos', '--url', page.replace('https', 'wss'))).stderr, /self-signed certificate/)
    })
  })
}
