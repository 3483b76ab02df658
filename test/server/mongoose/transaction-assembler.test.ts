import assert from 'node:assert/strict'
import mongoose from 'mongoose'
import { type RawEvent, readEvent } from '../../../src/server/mongoose/change-events.js'
import { writesCollection } from '../../../src/server/mongoose/remembered-writes.js'
import { type EventGroup, TransactionAssembler } from '../../../src/server/mongoose/transaction-assembler.js'

const at = (i: number) => new mongoose.mongo.Timestamp({ t: 1, i })

function event(id: string, time: number, txn?: number, coll = 'c', session = 's') {
  const raw: RawEvent = {
    _id: id,
    operationType: 'insert',
    clusterTime: at(time),
    ns: { coll },
    documentKey: { _id: id },
    fullDocument: { _id: id },
    ...(txn !== undefined && { txnNumber: txn, lsid: { id: session, uid: 'u' } }),
  }
  return readEvent(raw)!
}

type Step = ReturnType<typeof event> | 'idle' | { readonly passed: number }

/** Groups as texts; one entry a step. */
function assembled(steps: readonly Step[], sharded = false): string[] {
  const assembler = new TransactionAssembler(sharded)
  const text = (groups: readonly EventGroup[]): string =>
    groups.map(({ events, time }) => `${events.flatMap(({ changes }) => changes.map(({ id }) => String(id))).join('')}@${time.i}`).join(' ')
  return steps.map((step) => {
    if (step === 'idle') return text(assembler.idle())
    return text('passed' in step ? assembler.passed(at(step.passed)) : assembler.add(step))
  })
}

describe('TransactionAssembler', () => {
  const begun = [event('a', 5, 1), event('b', 5, 1)]
  const record = event('w', 5, 1, writesCollection)

  for (const [title, steps, expected] of [
    ['gives an event outside of transactions at once', [event('a', 1), event('b', 2)], ['a@1', 'b@2']],
    ['keeps a transaction until another begins', [...begun, event('c', 6, 2), 'idle'], ['', '', 'ab@5', 'c@6']],
    ['keeps it until another session has one of the same number', [...begun, event('c', 5, 1, 'c', 't')], ['', '', 'ab@5']],
    ['keeps it until an event outside of it', [...begun, event('c', 6)], ['', '', 'ab@5 c@6']],
    ['keeps it until the token has passed its time', [...begun, { passed: 5 }, { passed: 6 }], ['', '', '', 'ab@5']],
    ['keeps it over batches, until one is empty', [...begun, 'idle', 'idle'], ['', '', 'ab@5', '']],
    ['ends it with the record of a write', [...begun, record, 'idle'], ['', '', 'abw@5', '']],
    ['takes a record outside of transactions as any event', [event('w', 5, undefined, writesCollection)], ['w@5']],
  ] as const) {
    it(title, () => {
      assert.deepEqual(assembled(steps), expected)
    })
  }

  it('takes neither an empty batch nor a record as the end on a sharded cluster', () => {
    assert.deepEqual(assembled([...begun, record, 'idle', event('x', 5, 1), { passed: 6 }], true), ['', '', '', '', '', 'abwx@5'])
  })
})
