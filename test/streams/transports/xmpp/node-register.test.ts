import assert from 'node:assert/strict'
import { ConnectionError } from '../../../../src/errors.js'
import type { NodeConfig } from '../../../../src/streams/transports/xmpp/node-config.js'
import { NodeRegister } from '../../../../src/streams/transports/xmpp/node-register.js'
import { errorXml, infoXml, StubSession } from './stub-session.js'

describe('the register of nodes', () => {
  const leaf = infoXml(['pubsub/leaf'])
  const missing = errorXml('item-not-found')
  /** Answers in turn. */
  const opened = (...answers: readonly (string | Error)[]): { register: NodeRegister; session: StubSession; kinds: () => string[] } => {
    const left = [...answers]
    const session = new StubSession(() => left.shift()!)
    const register = new NodeRegister(session)
    return { register, session, kinds: () => session.asked.map(kindOf) }
  }

  const cases: readonly (readonly [
    string,
    readonly (string | Error)[],
    boolean | NodeConfig | undefined,
    RegExp | undefined,
    readonly string[],
  ])[] = [
    ['a node that is there', [leaf], undefined, undefined, ['node']],
    ['a node that may not be looked at', [errorXml('forbidden', 'auth')], undefined, undefined, ['node']],
    ['a node that is not there', [missing], undefined, /MissingError: p has no node "n": create it/, ['node']],
    ['a node of which only the account is told', [infoXml(['account/registered'])], undefined, /MissingError/, ['node']],
    ['an answer that says nothing', [''], undefined, /MissingError/, ['node']],
    ['a node that is not wanted', [missing], false, /MissingError/, ['node']],
    ['a node to create', [missing, ''], true, undefined, ['node', 'create']],
    ['a node to create as told', [missing, ''], { maxItems: 5 }, undefined, ['node', 'create 5']],
    ['a node that another has created meanwhile', [missing, errorXml('conflict')], true, undefined, ['node', 'create']],
    ['a node that may not be created', [missing, errorXml('forbidden', 'auth')], true, /DeniedError/, ['node', 'create']],
    ['an answer that makes no sense', [errorXml('nonsense')], true, /RemoteError/, ['node']],
  ]
  for (const [what, answers, create, rejection, asked] of cases)
    it(`${rejection === undefined ? 'resolves' : 'rejects'} for ${what}`, async () => {
      const { register, kinds } = opened(...answers)
      const ensured = register.ensure('p', 'n', create)
      await (rejection === undefined ? ensured : assert.rejects(ensured, rejection))
      assert.deepEqual(kinds(), asked)
    })

  it('asks once a stream, and all share the question', async () => {
    const { register, kinds } = opened(leaf, leaf)
    await Promise.all([register.ensure('p', 'n', true), register.ensure('p', 'n', true)])
    await register.ensure('p', 'n', undefined)
    assert.deepEqual(kinds(), ['node'])
    register.clear()
    await register.ensure('p', 'n', undefined)
    assert.deepEqual(kinds(), ['node', 'node'])
  })

  it('creates again what was deleted', async () => {
    const { register, kinds } = opened(leaf, missing, '')
    await register.ensure('p', 'n', true)
    register.forget('p', 'n')
    await register.ensure('p', 'n', true)
    assert.deepEqual(kinds(), ['node', 'node', 'create'])
  })

  it('asks again after a failure', async () => {
    const { register } = opened(missing, new ConnectionError('lost', true), leaf)
    await assert.rejects(register.ensure('p', 'n', undefined), /MissingError/)
    await assert.rejects(register.ensure('p', 'n', undefined), /lost/)
    await register.ensure('p', 'n', undefined)
  })

  it('knows that nothing was written when the connection is lost meanwhile', async () => {
    for (const answers of [[new ConnectionError('lost', true)], [missing, new ConnectionError('lost', true)]]) {
      await assert.rejects(opened(...answers).register.ensure('p', 'n', true), { name: 'ConnectionError', outcomeUnknown: false })
    }
  })

  it('a failure of the stream before does not undo an answer of this one', async () => {
    const { register, kinds } = opened(missing, leaf)
    const before = assert.rejects(register.ensure('p', 'n', undefined))
    register.clear()
    await Promise.all([before, register.ensure('p', 'n', undefined)])
    await register.ensure('p', 'n', undefined)
    assert.deepEqual(kinds(), ['node', 'node'])
  })

  it('asks nothing of the nodes of accounts, which come into being with their first items', async () => {
    const { register, kinds } = opened()
    await register.ensure('juliet@example.org', 'mood', undefined)
    assert.deepEqual(kinds(), [])
  })

  it('creates a node of an account where that is wanted', async () => {
    const { register, kinds } = opened(missing, '')
    await register.ensure('juliet@example.org', 'mood', true)
    assert.deepEqual(kinds(), ['node', 'create'])
  })
})

function kindOf(request: string): string {
  if (request.includes('disco#info')) return request.includes('node=') ? 'node' : 'service'
  const maxItems = /pubsub#max_items.*?<value>(\d+)/.exec(request)?.[1]
  return ['create', maxItems].filter(Boolean).join(' ')
}
