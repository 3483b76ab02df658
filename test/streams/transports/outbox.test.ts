import assert from 'node:assert/strict'
import { ConflictError, ConnectionError, LimitError } from '../../../src/errors.js'
import { Outbox } from '../../../src/streams/transports/outbox.js'

/** A connection that answers when it is told to. */
function line() {
  const sent: string[] = []
  const answers: { resolve: (result: unknown) => void; reject: (error: unknown) => void }[] = []
  const send = (write: string): Promise<unknown> => {
    sent.push(write)
    return new Promise((resolve, reject) => answers.push({ resolve, reject }))
  }
  return { sent, answers, send }
}

describe('the outbox', () => {
  it('keeps what is written before there is a connection, in order', () => {
    const outbox = new Outbox<string>(10)
    void outbox.add('a')
    void outbox.add('b')
    const { sent, send } = line()
    outbox.open(send)
    void outbox.add('c')
    assert.deepEqual(sent, ['a', 'b', 'c'])
  })

  it('has no more on the way than the window', async () => {
    const outbox = new Outbox<string>(10)
    const { sent, send, answers } = line()
    outbox.open(send, 2)
    const first = outbox.add('a')
    for (const write of ['b', 'c']) void outbox.add(write)
    assert.deepEqual(sent, ['a', 'b'])
    answers[0]!.resolve(1)
    assert.equal(await first, 1)
    assert.deepEqual(sent, ['a', 'b', 'c'])
  })

  it('repeats on the next connection what was not answered, before what is new', async () => {
    const outbox = new Outbox<string>(10)
    const lost = line()
    outbox.open(lost.send)
    const [a, b] = [outbox.add('a'), outbox.add('b')]
    lost.answers[0]!.resolve('done')
    await a
    outbox.pause()
    lost.answers[1]!.reject(new ConnectionError('lost'))
    void outbox.add('c')
    const next = line()
    outbox.open(next.send)
    assert.deepEqual(next.sent, ['b', 'c'])
    next.answers[0]!.resolve('at last')
    assert.equal(await b, 'at last')
  })

  it('rejects what is refused and goes on', async () => {
    const outbox = new Outbox<string>(10)
    const { send, answers } = line()
    outbox.open(send)
    const [a, b] = [outbox.add('a'), outbox.add('b')]
    answers[0]!.reject(new ConflictError('taken'))
    answers[1]!.resolve(2)
    await assert.rejects(a, ConflictError)
    assert.equal(await b, 2)
    assert.equal(outbox.size, 0)
  })

  it('is bounded', async () => {
    const outbox = new Outbox<string>(1)
    void outbox.add('a')
    await assert.rejects(outbox.add('b'), LimitError)
  })

  it('gives up with what is known of each', async () => {
    const outbox = new Outbox<string>(10)
    outbox.open(line().send, 1)
    const [a, b] = [outbox.add('a'), outbox.add('b')]
    outbox.pause()
    outbox.clear((sent) => new ConnectionError('closed', sent))
    await assert.rejects(a, { outcomeUnknown: true })
    await assert.rejects(b, { outcomeUnknown: false })
  })
})
