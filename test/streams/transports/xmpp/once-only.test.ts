import assert from 'node:assert/strict'
import { ConnectionError, MissingError } from '../../../../src/errors.js'
import { Status } from '../../../../src/streams/transports/status.js'
import { onceOnly, type Outcome } from '../../../../src/streams/transports/xmpp/once-only.js'
import { stanzaRejection } from '../../../../src/streams/transports/xmpp/stanza-error.js'
import { parseXml } from './parse-xml.js'
import { errorXml } from './stub-session.js'

describe('a write that is done once only', () => {
  const offline = { state: 'offline', reason: 'cut', attempt: 1, retryAt: undefined } as const
  const online = () => ({ state: 'online', since: new Date() }) as const
  const busy = stanzaRejection('publishing', parseXml(`<iq>${errorXml('internal-server-error', 'wait')}</iq>`))
  const unsent = new ConnectionError('there is no connection')
  const lost = new ConnectionError('the connection was lost before the answer came', true)

  /** A write that rejects with each of these, and then is done; what it came to. */
  function writing(status: Status, ...errors: readonly Error[]) {
    const left = [...errors]
    const seen = { begun: 0, outcome: undefined as Outcome | undefined }
    const write = onceOnly(() => {
      // What goes round without end would end the process, not the test.
      if (++seen.begun > 20) return new Promise(() => undefined)
      const error = left.shift()
      return error === undefined ? Promise.resolve('done') : Promise.reject(error)
    }, status)
    void write().then((outcome) => (seen.outcome = outcome))
    return { seen, write }
  }
  const moment = (): Promise<void> => new Promise(setImmediate)

  it('is begun once, however often it is called', async () => {
    const { seen, write } = writing(new Status(online()))
    assert.equal(await write(), await write())
    assert.deepEqual(seen, { begun: 1, outcome: { value: 'done' } })
  })

  for (const [what, error] of [
    ['what may have been carried out', lost],
    ['what was refused', new MissingError('no node')],
    ['what the server asks to try later, which is for the caller to do', busy],
    ['what fell at a first step that the server asks to try later', new ConnectionError('looking for it', false, { cause: busy })],
    ['what fell at a first step that was not answered in time', new ConnectionError('looking for it', false, { cause: lost })],
  ] as const)
    it(`does not begin again with ${what}`, async () => {
      const { seen } = writing(new Status(online()), error)
      await moment()
      assert.deepEqual(seen, { begun: 1, outcome: { error } })
    })

  it('begins again on the next connection if nothing of it went out', async () => {
    const status = new Status(offline)
    const { seen } = writing(status, unsent)
    await moment()
    assert.equal(seen.begun, 1)
    status.next(online())
    await moment()
    assert.deepEqual(seen, { begun: 2, outcome: { value: 'done' } })
  })

  it('waits for the next connection where the present one is about to end', async () => {
    const status = new Status(online())
    const { seen } = writing(status, unsent)
    await moment()
    assert.equal(seen.begun, 1)
    status.next(offline)
    status.next(online())
    await moment()
    assert.deepEqual(seen, { begun: 2, outcome: { value: 'done' } })
  })

  it('begins again at once if there is another connection already', async () => {
    const status = new Status(online())
    const { seen } = writing(status, new ConnectionError('looking for it', false, { cause: lost }))
    status.next(offline)
    status.next(online())
    await moment()
    assert.deepEqual(seen, { begun: 2, outcome: { value: 'done' } })
  })
})
