import assert from 'node:assert/strict'
import { UsageError } from '../../../src/server/cli/cli-errors.js'
import { readXmppAddress } from '../../../src/server/cli/xmpp-address.js'

describe('an address of XMPP on the command line', () => {
  const good: readonly [address: string, jid: string, node: string | undefined, service?: string][] = [
    ['xmpp://juliet@example.org/todos', 'juliet@example.org', 'todos'],
    ['XMPP://juliet@example.org/todos', 'juliet@example.org', 'todos'],
    ['xmpp://juliet@example.org', 'juliet@example.org', undefined],
    ['xmpp://example.org/todos', 'example.org', 'todos'],
    ['xmpp://juliet@example.org/home/juliet/todos', 'juliet@example.org', 'home/juliet/todos'],
    ['xmpp://juliet@example.org/urn:xmpp:microblog:0', 'juliet@example.org', 'urn:xmpp:microblog:0'],
    ['xmpp://juliet@example.org/what%3F%2F%C3%A4', 'juliet@example.org', 'what?/ä'],
    ['xmpp://d%27artagnan@example.org/todos', "d'artagnan@example.org", 'todos'],
    ['xmpp://juliet@bücher.example/todos', 'juliet@bücher.example', 'todos'],
    ['xmpp://juliet@example.org/news.example.org?;node=princely_musings', 'juliet@example.org', 'princely_musings', 'news.example.org'],
    ['xmpp://juliet@example.org/romeo@example.net?;node=urn:a%3Bb', 'juliet@example.org', 'urn:a;b', 'romeo@example.net'],
  ]
  for (const [address, jid, node, service] of good) {
    it(`${address} is ${String(node)} of ${jid}`, () => {
      const { domain, ...rest } = readXmppAddress(address)
      assert.deepEqual(rest, { jid, node, service })
      assert.equal(jid.endsWith(domain), true)
    })
  }

  const bad: readonly [address: string, said: RegExp][] = [
    ['xmpp:juliet@example.org/todos', /no address of XMPP/],
    ['xmpp://', /no address of XMPP/],
    ['xmpp:///todos', /names no domain/],
    ['xmpp://juliet:secret@example.org/todos', /RACHIS_PASSWORD/],
    ['xmpp://juliet@example.org:5280/todos', /--service wss:\/\/example\.org:5280/],
    ['xmpp://juliet@example.org/todos?message', /is not understood/],
    ['xmpp://juliet@example.org/%ff', /percent-encoded/],
  ]
  for (const [address, said] of bad) {
    it(`${address} is refused`, () => {
      assert.throws(
        () => readXmppAddress(address),
        (error) => error instanceof UsageError && said.test(error.message),
      )
    })
  }
})
