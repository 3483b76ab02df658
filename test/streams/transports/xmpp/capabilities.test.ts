import assert from 'node:assert/strict'
import { ConnectionError } from '../../../../src/errors.js'
import { CapabilityRegister, type Capabilities } from '../../../../src/streams/transports/xmpp/capabilities.js'
import { errorXml, infoXml, StubSession } from './stub-session.js'

describe('capabilities', () => {
  const of = (identities: readonly string[], features: readonly string[]): Promise<Capabilities> =>
    new CapabilityRegister(new StubSession(() => infoXml(identities, features))).of('p')

  const pubsub = 'http://jabber.org/protocol/pubsub'
  const cases: readonly (readonly [string, keyof Capabilities])[] = [
    [`${pubsub}#publish-options`, 'publishOptions'],
    [`${pubsub}#item-ids`, 'itemIds'],
    [`${pubsub}#create-and-configure`, 'createAndConfigure'],
    [`${pubsub}#collections`, 'collections'],
    [`${pubsub}#rsm`, 'rsm'],
    ['http://jabber.org/protocol/rsm', 'rsm'],
    ['urn:xmpp:mam:2', 'mam'],
  ]
  for (const [feature, name] of cases)
    it(`${feature} is ${name}, and nothing else`, async () => {
      const all = Object.entries(await of(['pubsub/service'], [feature])).filter(([, value]) => value === true)
      assert.deepEqual(all, [[name, true]])
    })

  it('an account archives messages, not nodes', async () => {
    const { mam, pep } = await of(['account/registered', 'pubsub/pep'], ['urn:xmpp:mam:2'])
    assert.deepEqual([mam, pep], [false, true])
  })

  it('are none where the answer says nothing', async () => {
    const capabilities = await new CapabilityRegister(new StubSession(() => '')).of('p')
    assert.deepEqual(Object.values(capabilities).filter(Boolean), [new Set()])
  })

  it('are asked for once, and once more by a new connection', async () => {
    const session = new StubSession(() => infoXml(['pubsub/service']))
    const register = new CapabilityRegister(session)
    await Promise.all([register.of('p'), register.of('p'), register.of('q')])
    await register.of('p')
    assert.equal(session.asked.length, 2)
    session.status.next({ state: 'online', since: new Date() })
    await register.of('p')
    assert.equal(session.asked.length, 3)
  })

  it('are asked for again after a failure', async () => {
    const answers = [new ConnectionError('lost'), errorXml('forbidden'), infoXml(['pubsub/service'])]
    const register = new CapabilityRegister(new StubSession(() => answers.shift()!))
    await assert.rejects(register.of('p'), /lost/)
    await assert.rejects(register.of('p'), /forbidden/)
    await register.of('p')
  })
})
