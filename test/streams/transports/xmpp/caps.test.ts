import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { EventEmitter } from 'node:events'
import { Strophe } from 'strophe.js'
import { ValidationError } from '../../../../src/errors.js'
import { build } from '../../../../src/streams/transports/xmpp/builder.js'
import { EntityCaps } from '../../../../src/streams/transports/xmpp/caps.js'
import { parseEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'
import { publishRequest } from '../../../../src/streams/transports/xmpp/pubsub-requests.js'
import { openSession, type XmppSession } from '../../../../src/streams/transports/xmpp/session.js'
import { startEjabberd } from '../../../services/ejabberd.js'
import { startProsody } from '../../../services/prosody.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import type { XmppAccount } from '../../../services/xmpp-session.js'
import { parseXml } from './parse-xml.js'

;(Strophe as { setLogLevel(level: number): void }).setLogLevel(4)

const info = 'http://jabber.org/protocol/disco#info'
const always = ['http://jabber.org/protocol/caps', info, 'urn:xmpp:ping']

describe('entity capabilities', () => {
  const hashOf = (text: string): string => createHash('sha1').update(text, 'utf8').digest('base64')

  it('hash the identity and the features in their order of bytes (XEP-0115 §5.1)', () => {
    const text = ['client/web//Rachis', ...always.slice(0, 2), 'mood+notify', 'urn:a+notify', always[2], ''].join('<')
    assert.equal(new EntityCaps(['urn:a', 'mood', 'mood']).ver, hashOf(text))
  })

  it('order characters by their bytes, not by their units', () => {
    const text = ['client/web//Rachis', ...always, '\uff5e+notify', '\u{1f600}+notify', ''].join('<')
    assert.equal(new EntityCaps(['\u{1f600}', '\uff5e']).ver, hashOf(text))
  })

  it('are announced in presence', () => {
    const caps = new EntityCaps(['mood'], 5)
    const presence = caps.presence().tree()
    assert.equal(presence.firstChild!.textContent, '5')
    const c = presence.lastChild as Element
    assert.deepEqual(
      ['xmlns', 'hash', 'node', 'ver'].map((name) => c.getAttribute(name)),
      ['http://jabber.org/protocol/caps', 'sha-1', 'https://npmjs.com/package/rachis', caps.ver],
    )
  })

  const caps = new EntityCaps(['mood'])
  const ask = (attributes: string, type = 'get'): Element | undefined =>
    caps.answer(parseXml(`<iq xmlns="jabber:client" type="${type}" id="1" from="a@b/c"><query ${attributes}/></iq>`))?.tree()

  for (const node of ['', ` node="https://npmjs.com/package/rachis#${caps.ver}"`])
    it(`answer who asks for ${node || 'the client'}`, () => {
      const query = ask(`xmlns="${info}"${node}`)!.firstChild as Element
      const features = Array.from(query.childNodes, (child) => (child as Element).getAttribute('var'))
      assert.deepEqual(features, [null, info, 'http://jabber.org/protocol/caps', 'urn:xmpp:ping', 'mood+notify'])
      assert.equal(query.getAttribute('node') ?? '', /"(.*)"/.exec(node)?.[1] ?? '')
    })

  for (const [what, attributes, type] of [
    ['another node', `xmlns="${info}" node="x"`, 'get'],
    ['another question', 'xmlns="jabber:iq:version"', 'get'],
    ['a change', `xmlns="${info}"`, 'set'],
    ['an answer', `xmlns="${info}"`, 'result'],
    ['no namespace', 'xmlns=""', 'get'],
  ] as const)
    it(`don't answer ${what}`, () => {
      assert.equal(ask(attributes, type), undefined)
    })

  it("refuse names that XML can't carry", () => {
    assert.throws(() => new EntityCaps(['a\0']), ValidationError)
  })
})

for (const start of [startProsody, startEjabberd]) {
  describe(`entity capabilities at ${start.name.slice(5)}`, () => {
    let server: XmppServer
    let juliet: XmppAccount
    let romeo: XmppAccount
    const sessions: XmppSession[] = []
    before(async function () {
      server = await start(this)
      juliet = await server.user('juliet')
      romeo = await server.user('romeo')
    })
    afterEach(() => Promise.all(sessions.splice(0).map((session) => session.close())))
    after(() => (server as XmppServer | undefined)?.stop())

    const open = async ({ jid, password }: XmppAccount, caps?: EntityCaps): Promise<{ session: XmppSession; heard: EventEmitter }> => {
      const heard = new EventEmitter()
      const online = once(heard, 'online')
      const session = openSession(
        { service: server.wsUrl, jid, password },
        {
          online: () => heard.emit('online'),
          offline: () => undefined,
          denied: (error) => heard.emit('error', error),
          message: (stanza) => {
            for (const event of parseEvent(stanza)) heard.emit('event', event)
          },
          asked: (iq) => {
            const answer = caps?.answer(iq)
            if (answer !== undefined) setImmediate(() => heard.emit('asked'))
            return answer
          },
        },
      )
      sessions.push(session)
      await online
      return { session, heard }
    }
    const moodOf = (id: string) => publishRequest(undefined, 'mood', id, build('mood', { xmlns: 'urn:mood' }))
    /** What was told of a node; resends what changes until it is told: nobody says when a server has taken in capabilities. */
    const published = async (heard: EventEmitter, session: XmppSession): Promise<unknown> => {
      const told = once(heard, 'event')
      let over = false
      void told.then(() => (over = true))
      for (let n = 0; !over && n < 200; n++) await session.request(moodOf('current'), 'publishing')
      return (await told)[0]
    }

    it('bring the events of a node of the own account', async () => {
      const caps = new EntityCaps(['mood'])
      const { session, heard } = await open(juliet, caps)
      const asked = once(heard, 'asked')
      session.send(caps.presence())
      await asked
      const event = (await published(heard, session)) as Record<string, unknown>
      assert.equal(event['node'], 'mood')
      assert.equal(event['service'], juliet.jid)
    })

    it('bring the events of a node of a contact, and only those that are asked for', async () => {
      const caps = new EntityCaps(['mood', 'of a contact'])
      await befriend(server, juliet, romeo)
      const author = await open(juliet)
      // ejabberd tells contacts only while the author is there.
      author.session.send(build('presence', {}))
      const reader = await open(romeo, caps)
      const asked = once(reader.heard, 'asked')
      reader.session.send(caps.presence())
      await asked
      await author.session.request(publishRequest(undefined, 'tune', 'current', build('tune', { xmlns: 'urn:tune' })), 'publishing')
      const event = (await published(reader.heard, author.session)) as Record<string, unknown>
      assert.equal(event['node'], 'mood')
      assert.equal(event['service'], juliet.jid)
    })
  })
}

/** Makes each see the presence of the other. */
async function befriend(server: XmppServer, ...accounts: readonly [XmppAccount, XmppAccount]): Promise<void> {
  const [a, b] = [await server.session(accounts[0]), await server.session(accounts[1])]
  for (const session of [a, b]) {
    await session.iq('get', bareOf(session.jid), `<query xmlns='jabber:iq:roster'/>`)
    const back = session.next(/^<presence/)
    session.send(`<presence xmlns='jabber:client'/>`)
    await back
  }
  for (const [asking, asked] of [
    [a, b],
    [b, a],
  ] as const) {
    const request = asked.next(/^<presence[^>]* type=["']subscribe["']/)
    const granted = asking.next(/subscription=["'](to|both)["']/)
    asking.send(`<presence xmlns='jabber:client' type='subscribe' to='${bareOf(asked.jid)}'/>`)
    await request
    asked.send(`<presence xmlns='jabber:client' type='subscribed' to='${bareOf(asking.jid)}'/>`)
    await granted
  }
  await a.close()
  await b.close()
}

function bareOf(jid: string): string {
  return jid.split('/', 1)[0]!
}
