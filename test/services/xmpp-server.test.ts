import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Context } from 'mocha'
import type { Browser, Page } from 'playwright-core'
import type { Strophe } from 'strophe.js'
import { WebSocket } from 'ws'
import { launchChromium } from './chromium.js'
import { startEjabberd } from './ejabberd.js'
import { startProsody } from './prosody.js'
import type { XmppServer, XmppServerOptions } from './xmpp-server.js'
import type { XmppAccount, XmppSession } from './xmpp-session.js'

const pubsub = 'http://jabber.org/protocol/pubsub'
const publish = (node: string, id: string): string =>
  `<pubsub xmlns='${pubsub}'><publish node='${node}'><item id='${id}'><entry xmlns='urn:test'/></item></publish></pubsub>`
const items = (node: string): string => `<pubsub xmlns='${pubsub}'><items node='${node}'/></pubsub>`

const starts: Record<XmppServer['name'], (context: Context, options?: XmppServerOptions) => Promise<XmppServer>> = {
  prosody: startProsody,
  ejabberd: startEjabberd,
}

for (const [name, start] of Object.entries(starts)) {
  describe(`${name} as a service of tests`, () => {
    let server: XmppServer
    let juliet: XmppAccount
    let browser: Browser
    let page: Page
    let pages: Server
    before(async function () {
      server = await start(this)
      juliet = await server.user('juliet')
      browser = await launchChromium(this)
      page = await browser.newPage()
      pages = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<title>Page</title>'))
      await new Promise<void>((resolve) => pages.listen(0, '127.0.0.1', resolve))
      await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`)
      await page.addScriptTag({ path: 'node_modules/strophe.js/dist/strophe.umd.min.js' })
    })
    after(async () => {
      await (browser as Browser | undefined)?.close()
      ;(pages as Server | undefined)?.close()
      await (server as XmppServer | undefined)?.stop()
    })

    const inSession = async (account: XmppAccount, use: (session: XmppSession) => Promise<void>): Promise<void> => {
      const session = await server.session(account)
      await use(session)
      await session.close()
    }

    it('speaks xmpp over WebSocket', async () => {
      const socket = new WebSocket(server.wsUrl, 'xmpp')
      await once(socket, 'open')
      assert.equal(socket.protocol, 'xmpp')
      socket.terminate()
    })

    it('speaks BOSH', async () => {
      const attributes = `to='${server.domain}' rid='1' wait='1' hold='1' ver='1.6' xmpp:version='1.0' xmlns:xmpp='urn:xmpp:xbosh'`
      const body = `<body xmlns='http://jabber.org/protocol/httpbind' ${attributes}/>`
      const response = await fetch(server.boshUrl, { method: 'POST', body, headers: { 'content-type': 'text/xml' } })
      assert.match(await response.text(), / sid=/)
    })

    it('signs strophe in', async () => {
      const { Strophe } = await import('strophe.js')
      Strophe.setLogLevel(Strophe.LogLevel.FATAL)
      assert.equal(await signIn(Strophe, server.wsUrl, juliet), Strophe.Status.CONNECTED)
    })

    for (const url of ['wsUrl', 'boshUrl'] as const) {
      it(`signs in strophe of a page of another origin by ${url}`, async () => {
        const { Status } = (await import('strophe.js')).Strophe
        await page.evaluate(`globalThis.signIn = ${signIn.toString()}`)
        const status = await page.evaluate(`signIn(Strophe, '${server[url]}', ${JSON.stringify(juliet)})`)
        assert.equal(status, Status.CONNECTED)
      })
    }

    it('refuses a wrong password', async () => {
      await assert.rejects(server.session({ ...juliet, password: 'wrong' }), /not-authorized/)
    })

    it('refuses to register a name that is taken', async () => {
      await assert.rejects(server.user('juliet'), /409/)
    })

    it('lets any account create nodes', () =>
      inSession(juliet, async (session) => {
        const create = `<pubsub xmlns='${pubsub}'><create node='balcony'/></pubsub>`
        assert.match(await session.iq('set', server.pubsub, create), /result/)
      }))

    it('seals a node against everyone', async () => {
      await server.seal('vault')
      await inSession(juliet, async (session) => {
        const subscribe = `<pubsub xmlns='${pubsub}'><subscribe node='vault' jid='${juliet.jid}'/></pubsub>`
        await assert.rejects(session.iq('get', server.pubsub, items('vault')), /forbidden|not-allowed/)
        await assert.rejects(session.iq('set', server.pubsub, subscribe), /forbidden|not-allowed/)
        await assert.rejects(session.iq('set', server.pubsub, publish('vault', 'a')), /forbidden/)
      })
    })

    it('fills a node, which then takes more', async () => {
      const ids = Array.from({ length: 300 }, (_, n) => `i${n}`)
      await server.fill(
        'full',
        ids.map((id) => ({ id, payload: `<entry xmlns='urn:test'>${id}</entry>` })),
      )
      await inSession(server.operator, async (session) => {
        const found = [...(await session.iq('get', server.pubsub, items('full'))).matchAll(/<item [^>]*id=["'](\w+)["']/g)].map(
          ([, id]) => id,
        )
        assert.deepEqual(found, ids)
        assert.match(await session.iq('set', server.pubsub, publish('full', 'i7')), /result/)
      })
    })

    it('kicks a session', async () => {
      const session = await server.session(juliet)
      const ended = assert.rejects(session.next(/^never$/), /ended/)
      await server.kick(session.jid)
      await ended
      await assert.rejects(server.kick(session.jid), /no session/)
    })

    it('answers after a pause', () =>
      inSession(juliet, async (session) => {
        server.pause()
        assert.match(stateOf(server.pid), /^T/)
        const answer = session.iq('get', server.domain, `<ping xmlns='urn:xmpp:ping'/>`)
        server.resume()
        assert.match(await answer, /result/)
      }))

    it('keeps accounts and items when it is killed', async () => {
      const romeo = await server.user('romeo')
      await inSession(romeo, async (session) => {
        await session.iq('set', server.pubsub, `<pubsub xmlns='${pubsub}'><create node='orchard'/></pubsub>`)
        await session.iq('set', server.pubsub, publish('orchard', 'rose'))
      })
      await server.flush()
      await server.kill()
      await server.start()
      await inSession(romeo, async (session) => {
        assert.match(await session.iq('get', server.pubsub, items('orchard')), /id=["']rose["']/)
      })
    })
  })

  describe(`${name} with options`, () => {
    let server: XmppServer
    before(async function () {
      server = await start(this, { resumeSeconds: 1, pubsub: false })
    })
    after(() => (server as XmppServer | undefined)?.stop())

    it('has no pub-sub service', async () => {
      const session = await server.session(server.operator)
      await assert.rejects(session.iq('get', server.pubsub, items('any')), /type=["']error["']/)
      await session.close()
    })

    it('forgets a lost stream that is not resumed in time', async () => {
      const lost = await server.session(server.operator)
      const witness = await server.session(server.operator)
      lost.send(`<enable xmlns='urn:xmpp:sm:3' resume='true'/>`)
      assert.match(await lost.next(/<enabled/), / max=["']1["']/)
      const seen = witness.next(new RegExp(`<presence[^>]* from=["']${lost.jid}["']`))
      witness.send(`<presence xmlns='jabber:client'/>`)
      lost.send(`<presence xmlns='jabber:client'/>`)
      await seen
      // An ejabberd that sends while it is cut doesn't notice: its last words are read first.
      await lost.iq('get', server.domain, `<ping xmlns='urn:xmpp:ping'/>`)
      const gone = witness.next(/<presence[^>]* type=["']unavailable["']/)
      lost.cut()
      assert.ok((await gone).includes(lost.jid))
      await witness.close()
    })

    it('leaves no process', async () => {
      const pids = [server.pid, ...childrenOf(server.pid)]
      await server.stop()
      // Its children end by themselves, when they see that it is gone.
      const left = (): readonly number[] => pids.filter((pid) => /^[^Z]/.test(stateOf(pid)))
      for (let looks = 0; left().length > 0; looks += 1) assert.ok(looks < 500, `left: ${left().join(', ')}`)
    })
  })
}

/** The status that a sign-in comes to. Pages run it too. */
function signIn(strophe: typeof Strophe, url: string, { jid, password }: XmppAccount): Promise<number> {
  const connection = new strophe.Connection(url)
  const { CONNECTED, AUTHFAIL, CONNFAIL } = strophe.Status
  return new Promise((resolve) => {
    connection.connect(jid, password, (status: number) => {
      if (![CONNECTED, AUTHFAIL, CONNFAIL].includes(status)) return
      resolve(status)
      connection.disconnect('done')
    })
  })
}

/** The letter of a process's state first; empty where there is none. */
function stateOf(pid: number): string {
  return ps(['-o', 'stat=', '-p', String(pid)]).trim()
}

function childrenOf(pid: number): readonly number[] {
  const rows = ps(['-e', '-o', 'ppid=,pid=']).trim().split('\n')
  const children = rows.map((row) => row.trim().split(/\s+/).map(Number)).filter(([parent]) => parent === pid)
  return children.flatMap(([, child]) => [child!, ...childrenOf(child!)])
}

function ps(args: readonly string[]): string {
  try {
    return execFileSync('ps', args, { encoding: 'utf8' })
  } catch {
    return ''
  }
}
