import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { Strophe } from 'strophe.js'
import { ArgumentError, ConnectionError, DeniedError, MissingError } from '../../../../src/errors.js'
import { itemsRequest } from '../../../../src/streams/transports/xmpp/pubsub-requests.js'
import type { XmppSessionOptions } from '../../../../src/streams/transports/xmpp/session.js'
import { openProxy } from '../../../contract/cut-proxy.js'
import { startEjabberd } from '../../../services/ejabberd.js'
import { startProsody } from '../../../services/prosody.js'
import { startChild } from '../../../services/process.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import type { XmppAccount } from '../../../services/xmpp-session.js'
import { openLateServer } from './late-server.js'
import { message, SessionProbe } from './session-probe.js'

;(Strophe as { setLogLevel(level: number): void }).setLogLevel(4)

for (const start of [startProsody, startEjabberd]) {
  describe(`a session of ${start.name.slice(5)}`, () => {
    let server: XmppServer
    let juliet: XmppAccount
    let romeo: XmppAccount
    let proxy: Awaited<ReturnType<typeof openProxy>>
    let probe: SessionProbe

    before(async function () {
      server = await start(this)
      juliet = await server.user('juliet')
      romeo = await server.user('romeo')
      proxy = await openProxy(server.port)
    })
    after(async () => {
      await proxy.close()
      await server.stop()
    })
    afterEach(async () => {
      proxy.mend()
      await (probe as SessionProbe | undefined)?.session.close()
    })

    for (const kind of ['wsUrl', 'boshUrl'] as const) {
      const isBosh = kind === 'boshUrl'
      const open = (options: Partial<XmppSessionOptions> = {}): SessionProbe => {
        const service = server[kind].replace(String(server.port), String(proxy.port))
        return (probe = new SessionProbe({ service, jid: juliet.jid, password: juliet.password, ...options }))
      }

      describe(isBosh ? 'over BOSH' : 'over WebSocket', () => {
        it('comes online with a resource of its own', async () => {
          await open().state('online')
          assert.match(probe.session.jid, /^juliet@localhost\/rachis-\w+$/)
          assert.equal(probe.session.domain, 'localhost')
          assert.deepEqual(probe.told, ['online'])
        })

        it('takes the resource that is given', async () => {
          await open({ jid: `${juliet.jid}/balcony` }).state('online')
          assert.equal(probe.session.jid, 'juliet@localhost/balcony')
        })

        it('is denied with the wrong password, and tries no more', async () => {
          const { error } = await open({ password: 'wrong' }).state('denied')
          assert.ok(error instanceof DeniedError)
          assert.equal(error.message, 'signing in failed: not-authorized')
          assert.deepEqual([probe.told, probe.error], [['denied'], error])
        })

        it('asks for the password for each connection', async () => {
          let asked = 0
          open({ streamManagement: false, password: () => Promise.resolve((asked++, juliet.password)) })
          await probe.next('online')
          const again = probe.next('online')
          await server.kick(probe.session.jid)
          await again
          assert.equal(asked, 2)
        })

        it('goes on trying where there is no such service', async () => {
          const status = await open({ service: `${server[kind]}x` }).state('offline')
          assert.ok(status.retryAt! >= new Date(Date.now() - 1000))
          assert.equal((await probe.state('connecting')).attempt, 2)
        })

        it('goes on trying where the server has no such domain', async () => {
          const status = await open({ jid: 'juliet@nowhere.example' }).state('offline')
          assert.match(status.reason, /^the connection failed: ./)
        })

        it('gives up an attempt that takes too long', async () => {
          server.pause()
          try {
            assert.equal((await open({ timeout: 100 }).state('offline')).reason, 'there was no connection within 100 ms')
          } finally {
            server.resume()
          }
        })

        it('answers requests', async () => {
          await open().state('online')
          const answer = await probe.disco(server.domain)
          assert.equal(answer.getAttribute('type'), 'result')
        })

        it('rejects with the error of the answer', async () => {
          await open().state('online')
          await assert.rejects(probe.session.request(itemsRequest(server.pubsub, 'nowhere'), 'read nowhere'), MissingError)
        })

        it('rejects what nobody answers in time, its outcome unknown', async () => {
          const peer = await server.session(romeo)
          await open().state('online')
          await assert.rejects(probe.disco(peer.jid, 50), {
            outcomeUnknown: true,
            message: `disco ${peer.jid}: there was no answer within 50 ms`,
          })
          await peer.close()
        })

        it('takes the answer of whom was asked, and of nobody else', async () => {
          const [peer, mallory] = [await server.session(romeo), await server.session(romeo)]
          await open().state('online')
          const answer = probe.disco(peer.jid)
          const id = / id=["']([^"']+)/.exec(await peer.next(/disco#info/))![1]!
          const said = probe.next('message')
          mallory.send(`<iq xmlns='jabber:client' type='result' id='${id}' to='${probe.session.jid}'><lie xmlns='urn:lie'/></iq>`)
          mallory.send(`<message xmlns='jabber:client' type='chat' to='${probe.session.jid}'><body>done</body></message>`)
          await said
          peer.send(`<iq xmlns='jabber:client' type='result' id='${id}' to='${probe.session.jid}'><truth xmlns='urn:truth'/></iq>`)
          assert.equal((await answer).firstChild?.nodeName, 'truth')
          await Promise.all([peer.close(), mallory.close()])
        })

        it('answers pings of others', async () => {
          const peer = await server.session(romeo)
          await open().state('online')
          assert.match(await peer.iq('get', probe.session.jid, `<ping xmlns='urn:xmpp:ping'/>`), /type=["']result/)
          await peer.close()
        })

        it('rejects requests at once while offline, and drops what is sent', async () => {
          await open().state('online')
          const offline = probe.next('offline')
          await server.kick(probe.session.jid)
          await offline
          probe.session.send(message(juliet.jid, 'late'))
          await assert.rejects(probe.disco(server.domain), {
            outcomeUnknown: false,
            message: `disco ${server.domain}: there is no connection`,
          })
        })

        it('comes back when it is kicked', async () => {
          await open().state('online')
          const [offline, online] = [probe.state('offline'), probe.next('online')]
          await server.kick(probe.session.jid)
          await offline
          const { jid } = probe.session
          await online
          assert.deepEqual([probe.told, probe.session.jid], [['online', 'offline', 'online'], jid])
        })

        it('leaves its resource to another who takes it, and comes back with one of its own', async () => {
          const jid = `${juliet.jid}/same`
          await open({ jid }).state('online')
          const again = probe.next('online')
          const other = new SessionProbe({ service: server[kind], jid, password: juliet.password })
          await Promise.all([again, other.state('online')])
          await Promise.all([probe.disco(server.domain), other.disco(server.domain)])
          assert.match(probe.session.jid, /^juliet@localhost\/rachis-\w+$/)
          assert.deepEqual([other.session.jid, probe.told, other.told], [jid, ['online', 'offline', 'online'], ['online']])
          await other.session.close()
        })

        it('says why it was kicked', async () => {
          // Closed with something unread, a socket forgets its last words: so the server has heard all there is, and no receipts go to it.
          await open({ streamManagement: false }).state('online')
          await probe.disco(server.domain)
          const offline = probe.state('offline')
          await server.kick(probe.session.jid)
          assert.match((await offline).reason, /conflict|kick|policy|terminate|item-not-found/)
        })

        it('notices within its keepalive that the server is dead', async () => {
          await open({ keepalive: 300 }).state('online')
          await probe.disco(server.domain)
          server.pause()
          try {
            assert.equal((await probe.state('offline')).reason, 'nothing was heard from the server for 300 ms')
          } finally {
            server.resume()
          }
        })

        for (const when of ['online', 'at once'])
          it(`leaves nothing behind when it is closed ${when === 'online' ? 'while online' : when}`, async () => {
            const script = join(import.meta.dirname, 'close-session.ts')
            const args = ['--import=tsx', script, server[kind], juliet.jid, juliet.password, when]
            const child = await startChild({ command: process.execPath, args, ready: /left: (.*)/ })
            assert.equal(child.ready[1], '[]')
          })

        it('closes when the server is dead', async () => {
          await open().state('online')
          server.pause()
          try {
            await probe.session.close()
          } finally {
            server.resume()
          }
        })
      })
    }

    describe('that is cut', () => {
      const open = async (options: Partial<XmppSessionOptions> = {}): Promise<void> => {
        const service = server.wsUrl.replace(String(server.port), String(proxy.port))
        probe = new SessionProbe({ service, jid: juliet.jid, password: juliet.password, ...options })
        await probe.state('online')
        // Only an enabled stream can be resumed.
        await probe.disco(server.domain)
      }

      /** ejabberd 23.01 now and then leaves each resumption of a stream without an answer for 15 s, or never sees that it was cut: then it is tried once more. */
      function resumable(context: Context): void {
        if (start !== startEjabberd) return
        context.timeout(6000)
        context.retries(3)
      }

      it('resumes: requests on their way are answered, nothing is missed', async function () {
        resumable(this)
        const peer = await server.session(romeo)
        await open()
        const resumed = probe.next('resumed')
        const noticed = proxy.cutAndNoticed()
        const answer = probe.disco(server.domain)
        answer.catch(() => undefined)
        await Promise.all([noticed, probe.state('offline')])
        peer.send(`<message xmlns='jabber:client' type='chat' to='${probe.session.jid}'><body>missed</body></message>`)
        proxy.mend()
        const said = probe.next('message')
        await resumed
        await said
        assert.equal((await answer).getAttribute('type'), 'result')
        assert.deepEqual(probe.told, ['online', 'offline', 'resumed', 'message'])
        await peer.close()
      })

      it('starts afresh when it can not be resumed: what was on its way is rejected, and sent no more', async () => {
        const peer = await server.session(romeo)
        await open()
        probe.onOnline = () => {
          probe.session.send(message(peer.jid, 'fresh'))
        }
        const online = probe.next('online')
        proxy.cut()
        probe.session.send(message(peer.jid, 'stale'))
        const lost = assert.rejects(probe.disco(server.domain), { outcomeUnknown: true, message: /lost before the answer/ })
        const said = peer.next(/<body>/)
        await probe.state('offline')
        await server.kick(probe.session.jid)
        proxy.mend()
        await Promise.all([online, lost])
        assert.match(await said, /fresh/)
        // Behind the answer there is nothing that was sent before.
        const next = peer.next(/<body>/)
        await probe.disco(server.domain)
        probe.session.send(message(peer.jid, 'last'))
        assert.match(await next, /last/)
        await peer.close()
      })

      it('starts afresh without stream management', async () => {
        await open({ streamManagement: false })
        const online = probe.next('online')
        const lost = assert.rejects(probe.disco(server.domain), { outcomeUnknown: true })
        proxy.cut()
        await lost
        proxy.mend()
        await online
        assert.deepEqual(probe.told, ['online', 'offline', 'online'])
      })

      it('resumes twice', async function () {
        resumable(this)
        await open()
        for (const _ of [1, 2]) {
          const resumed = probe.next('resumed')
          await proxy.cutAndNoticed()
          proxy.mend()
          await resumed
          await probe.disco(server.domain)
        }
        assert.deepEqual(probe.told, ['online', 'offline', 'resumed', 'offline', 'resumed'])
      })

      it('can be cut at any byte while it signs in', async () => {
        for (const bytes of [10, 200, 500, 800, 1100, 1400, 2000]) {
          proxy.cutAfterBytes(bytes)
          const service = server.wsUrl.replace(String(server.port), String(proxy.port))
          probe = new SessionProbe({ service, jid: juliet.jid, password: juliet.password })
          const mend = setInterval(() => {
            proxy.mend()
          }, 10)
          await probe.state('online')
          clearInterval(mend)
          await probe.disco(server.domain, 1000).catch((error: unknown) => assert.ok(error instanceof ConnectionError))
          await probe.session.close()
        }
      })
    })

    it('is not disconnected by a stanza that holds what looks like a stream error', async () => {
      const peer = await server.session(romeo)
      probe = new SessionProbe({ service: server.wsUrl, jid: juliet.jid, password: juliet.password })
      await probe.state('online')
      const said = probe.next('message')
      const lie = `<error xmlns='http://etherx.jabber.org/streams'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></error>`
      peer.send(`<message xmlns='jabber:client' type='chat' to='${probe.session.jid}'><x xmlns='urn:x'>${lie}</x></message>`)
      await said
      await probe.disco(server.domain)
      assert.deepEqual(probe.told, ['online', 'message'])
      await peer.close()
    })

    it('announces presence at each fresh stream if it is asked to', async () => {
      const peer = await server.session(juliet)
      peer.send(`<presence xmlns='jabber:client'/>`)
      const seen = peer.next(/<presence[^>]*rachis-/)
      probe = new SessionProbe({ service: server.wsUrl, jid: juliet.jid, password: juliet.password, presence: 3 })
      assert.match(await seen, /<priority>3<\/priority>/)
      const gone = peer.next(/<presence[^>]*rachis-/)
      await probe.session.close()
      assert.match(await gone, /type=["']unavailable/)
      await peer.close()
    })

    it('takes leave of a server that reads late', async () => {
      const peer = await server.session(juliet)
      peer.send(`<presence xmlns='jabber:client'/>`)
      const seen = peer.next(/<presence[^>]*rachis-/)
      const late = await openLateServer(server.wsUrl)
      try {
        probe = new SessionProbe({ service: late.url, jid: juliet.jid, password: juliet.password, presence: 0 })
        await seen
        const gone = peer.next(/<presence[^>]*rachis-/)
        await probe.session.close()
        assert.match(await gone, /type=["']unavailable/)
      } finally {
        await Promise.all([late.stop(), peer.close()])
      }
    })
  })
}

describe('a session', () => {
  for (const [what, options] of Object.entries({
    'no service': { jid: 'a@b' },
    'no jid': { service: 'ws://localhost' },
    'a service that is no URL': { service: '/bosh', jid: 'a@b' },
    'a service of another kind': { service: 'ftp://localhost', jid: 'a@b' },
    'a jid without a domain': { service: 'ws://localhost', jid: 'a@' },
    'an empty resource': { service: 'ws://localhost', jid: 'a@b/' },
  }))
    it(`is refused with ${what}`, () => {
      assert.throws(() => new SessionProbe(options), ArgumentError)
    })

  it('without a password is offline, or denied, as its function says', async () => {
    const options = { service: 'ws://127.0.0.1:9', jid: 'a@b' }
    const fails = new SessionProbe({ ...options, password: () => Promise.reject(new Error('locked')) })
    const denies = new SessionProbe({
      ...options,
      password: () => {
        throw new DeniedError('signed out')
      },
    })
    assert.equal((await fails.state('offline')).reason, 'there is no password: locked')
    assert.equal((await denies.state('denied')).error.message, 'signed out')
    await Promise.all([fails.session.close(), denies.session.close()])
  })
})
