import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Strophe } from 'strophe.js'
import { WebSocketServer } from 'ws'
import { freePort } from '../../../services/free-port.js'
import { startProsody } from '../../../services/prosody.js'
import { SessionProbe } from './session-probe.js'

;(Strophe as { setLogLevel(level: number): void }).setLogLevel(4)

const open = `<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' version='1.0' from='b'/>`
const stream = `xmlns:stream='http://etherx.jabber.org/streams'`
const features = (mechanism: string): string =>
  `<stream:features ${stream}><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>${mechanism}</mechanism></mechanisms></stream:features>`
const challenge = (text: string): string => `<challenge xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>${text}</challenge>`

/** What a server says, frame by frame, whatever it is told; and why the session then went offline. */
const broken: Readonly<Record<string, readonly [frames: readonly (string | Buffer)[], reason: RegExp]>> = {
  'says nothing': [[], /no connection within/],
  'says nothing but spaces': [[' ', ' ', ' '], /no connection within|failed/],
  'sends bytes': [[Buffer.from([1, 2, 3]), Buffer.from([4])], /no connection within|failed/],
  'sends what is no XML': [['<<<', '<open ', '</x>'], /failed|no connection within/],
  'speaks another version': [[open.replace('1.0', '2.0')], /Wrong version/],
  'speaks no framing': [[`<open version='1.0'/>`], /xmlns/],
  'ends the stream at once': [[open, `<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>`], /closing stream|failed|lost/],
  'tells a stream error': [
    [open, `<stream:error ${stream}><host-gone xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`],
    /host-gone/,
  ],
  // Prosody 13.0.1.
  'does not declare the prefix of a stream error': [
    [open, `<stream:error><conflict xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>`],
    /^the connection failed: conflict$/,
  ],
  'sends a challenge that is none': [[open, features('SCRAM-SHA-1'), challenge('!!!')], /failed|no connection within/],
  'offers no way to sign in': [[open, features('KERBEROS_V4')], /no-auth-mech/],
  'refuses for now': [
    [open, features('PLAIN'), `<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><temporary-auth-failure/></failure>`],
    /^signing in failed: temporary-auth-failure$/,
  ],
}

describe('a session with a broken server', () => {
  let server: WebSocketServer
  let http: Server | undefined
  let probe: SessionProbe
  const listen = async (frames: readonly (string | Buffer)[]): Promise<string> => {
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    server.on('connection', (socket) => {
      socket.once('message', () => {
        for (const frame of frames) socket.send(frame)
      })
    })
    return `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  afterEach(async () => {
    await probe.session.close()
    for (const client of server.clients) client.terminate()
    server.close()
    http?.closeAllConnections()
    http?.close()
    http = undefined
  })

  for (const [what, [frames, reason]] of Object.entries(broken))
    it(`that ${what} is offline`, async () => {
      probe = new SessionProbe({
        service: await listen(frames),
        jid: 'a@b',
        password: 'p',
        timeout: 200,
        backoff: { base: 1e9, random: () => 0.5 },
      })
      assert.match((await probe.state('offline')).reason, reason)
      assert.deepEqual(probe.told, [])
    })

  it('that can not prove that it knows the password is denied', async () => {
    probe = new SessionProbe({
      service: await listen([open, features('SCRAM-SHA-1'), challenge(btoa('r=x,i=1'))]),
      jid: 'a@b',
      password: 'p',
    })
    assert.equal((await probe.state('denied')).error.message, 'signing in failed: the server and the password do not agree')
  })

  it('that wants a user is denied without one', async () => {
    probe = new SessionProbe({ service: await listen([open, features('PLAIN')]), jid: 'b' })
    assert.equal((await probe.state('denied')).error.message, 'signing in failed: the server wants a user')
  })

  /** Why the session is offline. */
  const reasonOf = async (service: string): Promise<string> => {
    probe = new SessionProbe({ service, jid: 'a@b', password: 'p', timeout: 200, backoff: { base: 1e9, random: () => 0.5 } })
    const { reason } = await probe.state('offline')
    assert.deepEqual(probe.told, [])
    return reason
  }
  const answer = async (status: number, body: string): Promise<string> => {
    await listen([])
    http = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(status).end(body))
    })
    http.listen(0, '127.0.0.1')
    await once(http, 'listening')
    return `127.0.0.1:${(http.address() as AddressInfo).port}/`
  }

  for (const [what, status, body, reason] of [
    ['no XML', 200, 'hello', /failed|lost|no connection within/],
    ['a page', 200, '<html><body/></html>', /failed|lost|no connection within/],
    ['nothing', 200, '', /failed|lost|no connection within/],
    ['an error', 500, '', /^the connection failed: HTTP status 500$/],
    ['another error', 404, '', /^the connection was lost: HTTP status 404$/],
  ] as const)
    it(`that answers BOSH with ${what} is offline`, async () => {
      assert.match(await reasonOf(`http://${await answer(status, body)}`), reason)
    })

  it('that has no WebSocket says so', async () => {
    assert.equal(await reasonOf(`ws://${await answer(404, '')}`), 'the connection failed: Unexpected server response: 404')
  })

  for (const scheme of ['ws', 'http'])
    it(`that isn't there is told, with the cause, over ${scheme}`, async () => {
      await listen([])
      const port = String(await freePort())
      assert.equal(await reasonOf(`${scheme}://127.0.0.1:${port}/`), `the connection failed: connect ECONNREFUSED 127.0.0.1:${port}`)
    })

  it('that answers no resumption has a new stream the time after', async () => {
    const sm = `xmlns='urn:xmpp:sm:3'`
    const offered = `<stream:features ${stream}><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/><sm ${sm}/></stream:features>`
    const said: string[] = []
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    await once(server, 'listening')
    server.on('connection', (socket) => {
      let opened = 0
      const say = (...frames: string[]): void => {
        for (const frame of frames) socket.send(frame)
      }
      socket.on('message', (data: Buffer) => {
        const [, name = ''] = /^<([a-z]+)/.exec(data.toString()) ?? []
        said.push(name)
        if (name === 'open') say(open, opened++ === 0 ? features('PLAIN') : offered)
        else if (name === 'auth') say(`<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>`)
        else if (name === 'iq') {
          const [, id = ''] = / id=["']([^"']+)/.exec(data.toString()) ?? []
          const bound = `<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>a@b/c</jid></bind>`
          say(`<iq xmlns='jabber:client' type='result' id='${id}'>${bound}</iq>`)
        } else if (name === 'enable') {
          say(`<enabled ${sm} id='one' resume='true'/>`)
          if (said.filter((each) => each === 'enable').length === 1) setImmediate(() => socket.terminate())
        }
      })
    })
    const service = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`
    probe = new SessionProbe({ service, jid: 'a@b/c', password: 'p', timeout: 300, backoff: { base: 1, max: 20 } })
    while (said.filter((each) => each === 'enable').length < 2) await new Promise(setImmediate)
    assert.deepEqual(
      said.filter((each) => ['enable', 'resume'].includes(each)),
      ['enable', 'resume', 'enable'],
    )
  })

  it('that sends it elsewhere goes there', async function () {
    const prosody = await startProsody(this)
    try {
      const service = await listen([`<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' see-other-uri='${prosody.wsUrl}'/>`])
      probe = new SessionProbe({ service, ...(await prosody.user('juliet')) })
      await probe.state('online')
      await probe.disco(prosody.domain)
      await probe.session.close()
    } finally {
      await prosody.stop()
    }
  })
})
