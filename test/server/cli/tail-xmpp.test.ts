import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startProsody } from '../../services/prosody.js'
import { type Child, startChild } from '../../services/process.js'
import type { XmppServer } from '../../services/xmpp-server.js'
import { createNode, type XmppSession } from '../../services/xmpp-session.js'
import { buildCli, cli, runCli, temporaryFolder } from './run-cli.js'

describe('rachis tail and load over XMPP', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  const address = 'xmpp://juliet@localhost/todos'
  let server: XmppServer
  let witness: XmppSession
  let env: NodeJS.ProcessEnv
  before(async function () {
    server = await startProsody(this)
    await buildCli()
    const account = await server.user('juliet')
    env = { RACHIS_PASSWORD: account.password }
    writeFileSync(join(folder.path, 'password'), `${account.password}\n`)
    witness = await server.session(account)
    await createNode(witness, server.pubsub, 'todos', { max_items: '100' })
    await publish('a', '{"title":"Basil","n":1}')
    await publish('b', '{"title":"Knives","n":2}')
  })
  after(async () => {
    await (witness as XmppSession | undefined)?.close()
    await (server as XmppServer | undefined)?.stop()
    folder.remove()
  })

  const publish = (id: string, text: string): Promise<string> => {
    const item = `<item id='${id}'><entry xmlns='http://www.w3.org/2005/Atom'>${text}</entry></item>`
    return witness.iq(
      'set',
      server.pubsub,
      `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='todos'>${item}</publish></pubsub>`,
    )
  }
  const tail = (...args: string[]): Promise<Child> =>
    startChild({
      command: process.execPath,
      args: [cli, 'tail', ...args, '--service', server.wsUrl],
      cwd: folder.path,
      env: { ...process.env, ...env },
      ready: /"commit"/,
    })
  const told = (lines: readonly string[]): unknown[] =>
    lines.map((line) => {
      const { type, id, item } = JSON.parse(line) as { type: string; id?: string; item?: unknown }
      return [type, id, item].filter((one) => one !== undefined)
    })

  it('tells the items of an address and what happens to them, and nothing else', async () => {
    const child = await tail(address)
    await publish('c', '{"title":"Ines","n":3}')
    await child.line(/"Ines"/)
    await witness.iq(
      'set',
      server.pubsub,
      `<pubsub xmlns='http://jabber.org/protocol/pubsub'><retract node='todos' notify='true'><item id='c'/></retract></pubsub>`,
    )
    await child.line(/"retract"/)
    assert.equal(await child.stop(), 0)
    assert.deepEqual(told(child.lines), [
      ['reset'],
      ['publish', 'a', { title: 'Basil', n: 1 }],
      ['publish', 'b', { title: 'Knives', n: 2 }],
      ['commit'],
      ['publish', 'c', { title: 'Ines', n: 3 }],
      ['commit'],
      ['retract', 'c'],
      ...(child.lines.length > 7 ? [['commit']] : []),
    ])
  })

  it('filters, sorts and limits; with --url and the name of the node', async () => {
    const child = await tail(
      'todos',
      '--url',
      'xmpp://juliet@localhost',
      '--filter',
      '{"n":{"$gt":0}}',
      '--sort',
      '{"n":-1}',
      '--limit',
      '1',
    )
    assert.equal(await child.stop(), 0)
    assert.deepEqual(told(child.lines), [['reset'], ['publish', 'b', { title: 'Knives', n: 2 }], ['commit']])
  })

  it('goes on with --resume where it was', async () => {
    await (await tail(address, '--resume', 'kept.json')).stop()
    await publish('b', '{"title":"Knife","n":2}')
    const child = await tail(address, '--resume', 'kept.json')
    assert.equal(await child.stop(), 0)
    assert.deepEqual(told(child.lines), [['change', 'b', { title: 'Knife', n: 2 }], ['commit']])
  })

  it('reads items as they are with --codec xml, and takes the address of a service', async () => {
    const child = await tail(`xmpp://juliet@localhost/${server.pubsub}?;node=todos`, '--codec', 'xml', '--limit', '1')
    assert.equal(await child.stop(), 0)
    assert.match(child.lines[1]!, /"item":\{"name":"entry","xmlns":"http:\/\/www\.w3\.org\/2005\/Atom"/)
  })

  it('says which item could not be read, and goes on', async () => {
    await publish('broken', 'no JSON')
    const child = await tail(address, '--filter', '{"n":1}')
    assert.equal(await child.stop(), 0)
    const notes = child.lines.filter((line) => !line.startsWith('{'))
    assert.equal(notes.length, 1)
    assert.match(notes[0]!, /^rachis: todos: "broken" was left out/)
  })

  it('loads into a node', async () => {
    const args = ['load', '-', '--node', address, '--key', 'id', '--service', server.boshUrl, '--password-file', 'password']
    const ran = await runCli(args, { cwd: folder.path, input: '{"id":"loaded","title":"Loaded","n":9}' })
    assert.deepEqual([ran.code, ran.stderr], [0, ''])
    const child = await tail(address, '--filter', '{"n":9}')
    assert.equal(await child.stop(), 0)
    assert.match(child.lines.join(), /"loaded"/)
  })

  const refused: readonly [name: string, args: readonly string[], env: NodeJS.ProcessEnv, code: number, said: RegExp][] = [
    ['a wrong password', [], { RACHIS_PASSWORD: 'wrong' }, 7, /signing in failed: not-authorized \(denied\)/],
    ['a node that is not there', ['xmpp://juliet@localhost/nowhere'], {}, 7, /no node "nowhere"/],
    ['no password', [], { RACHIS_PASSWORD: '' }, 2, /password of juliet@localhost is missing/],
    ['a password file that is not there', ['--password-file', 'none'], {}, 3, /none: the password can't be read/],
    ['a codec that is not there', ['--codec', 'yaml'], {}, 2, /--codec must be one of json, container, atom, xml/],
    ['a password in the address', ['xmpp://juliet:secret@localhost/todos'], {}, 2, /RACHIS_PASSWORD/],
    ['an address without a node', ['xmpp://juliet@localhost'], {}, 2, /names no node/],
    ['flags of XMPP with another server', ['todos', '--pubsub', 'p', '--url', 'ws://localhost:1'], {}, 2, /is for XMPP/],
  ]
  for (const [name, given, extra, code, said] of refused) {
    it(`tells of ${name}`, async () => {
      const args = given[0]?.startsWith('--') === false ? given : [address, ...given]
      const ran = await runCli(['tail', ...args, '--service', server.wsUrl], { cwd: folder.path, env: { ...env, ...extra } })
      assert.match(ran.stderr, said)
      assert.equal(ran.code, code)
    })
  }
})
