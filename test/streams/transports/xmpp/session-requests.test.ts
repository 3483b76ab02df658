import assert from 'node:assert/strict'
import { ConnectionError, MissingError } from '../../../../src/errors.js'
import { Requests } from '../../../../src/streams/transports/xmpp/requests.js'
import { parseXml } from './parse-xml.js'

const own = 'juliet@localhost/balcony'

describe('requests of an XMPP session', () => {
  let requests: Requests
  let sent: Element[]

  beforeEach(() => {
    requests = new Requests()
    sent = []
  })
  afterEach(() => {
    requests.lose()
  })

  const ask = (to?: string, timeout = 10_000): Promise<Element> =>
    requests.ask(parseXml(`<iq type="get"${to === undefined ? '' : ` to="${to}"`}/>`), 'ask', timeout, (iq) => sent.push(iq))
  const answer = (from: string | undefined, type = 'result', content = ''): Element =>
    parseXml(`<iq type="${type}" id="${sent[0]!.getAttribute('id')!}"${from === undefined ? '' : ` from="${from}"`}>${content}</iq>`)

  for (const [to, from, isTaken] of [
    [undefined, undefined, true],
    [undefined, 'juliet@localhost', true],
    [undefined, own, true],
    [undefined, 'localhost', true],
    [undefined, 'mallory@localhost', false],
    [undefined, 'juliet@localhost/chamber', false],
    ['pubsub.localhost', 'pubsub.localhost', true],
    ['pubsub.localhost', 'PubSub.localhost', true],
    ['pubsub.localhost', 'localhost', false],
    ['pubsub.localhost', 'mallory@pubsub.localhost', false],
    ['juliet@localhost', undefined, true],
    ['romeo@localhost/Orchard', 'Romeo@localhost/Orchard', true],
    ['romeo@localhost/Orchard', 'romeo@localhost/orchard', false],
    ['romeo@localhost/Orchard', 'romeo@localhost', false],
  ] as const)
    it(`to ${to ?? 'nobody'} ${isTaken ? 'take' : "don't take"} the answer of ${from ?? 'nobody'}`, async () => {
      const asked = ask(to)
      requests.answer(answer(from), own)
      assert.equal(requests.size, isTaken ? 0 : 1)
      requests.lose()
      if (isTaken) assert.equal((await asked).getAttribute('type'), 'result')
      else await assert.rejects(asked, ConnectionError)
    })

  it('reject with the error of the answer', async () => {
    const asked = ask('a')
    requests.answer(answer('a', 'error', '<error type="cancel"><item-not-found xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>'), own)
    await assert.rejects(asked, MissingError)
  })

  it('are rejected when the time is over, and then take no answer', async () => {
    await assert.rejects(ask('a', 1), { outcomeUnknown: true, message: 'ask: there was no answer within 1 ms' })
    requests.answer(answer('a'), own)
    assert.equal(requests.size, 0)
  })

  it('that can not be sent did not happen', async () => {
    const asked = requests.ask(parseXml('<iq type="get"/>'), 'ask', 10_000, () => {
      throw new Error('no socket')
    })
    await assert.rejects(asked, { outcomeUnknown: false, message: 'ask: it could not be sent' })
    assert.equal(requests.size, 0)
  })

  it('know their own stanzas from others', () => {
    ask('a').catch(() => undefined)
    const id = sent[0]!.getAttribute('id')!
    assert.deepEqual(
      [`<iq id="${id}"/>`, '<iq id="x:1"/>', `<iq to="${id}"/>`].map((text) => requests.owns(text)),
      [true, false, false],
    )
  })

  it('ignore answers without an id, twice given, or to nothing', async () => {
    const asked = ask('a')
    for (const iq of [
      parseXml('<iq type="result" from="a"/>'),
      parseXml('<iq type="result" from="a" id="nothing"/>'),
      answer('a'),
      answer('a'),
    ])
      requests.answer(iq, own)
    await asked
  })
})
