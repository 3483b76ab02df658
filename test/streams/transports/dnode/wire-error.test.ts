import assert from 'node:assert/strict'
import fc from 'fast-check'
import * as errors from '../../../../src/errors.js'
import { fromWireError, toWireError } from '../../../../src/streams/transports/dnode/wire-error.js'

describe('errors on the wire', () => {
  const cases = [
    new errors.ArgumentError('a'),
    new errors.QueryError('b', 'filter.$where'),
    new errors.DeniedError('c'),
    new errors.MissingError('d'),
    new errors.ConflictError('e', { email: 'x' }),
    new errors.ValidationError('f', { title: 'is required' }),
    new errors.LimitError('g', 'depth', 7),
    new errors.ProtocolError('h'),
    new errors.ConnectionError('i', true),
    new errors.StoreError('j'),
    new errors.RemoteError('something.new', 'k'),
  ]
  for (const error of cases) {
    it(`carries a ${error.name}`, () => {
      const told: unknown = JSON.parse(JSON.stringify(toWireError(error)))
      const received = fromWireError(told)
      assert.equal(received.constructor, error.constructor)
      assert.deepEqual({ ...received }, { ...error })
      assert.equal(received.message, error.message)
    })
  }

  it('keeps the class of a finer code', () => {
    const error = fromWireError({ code: 'query.operator', message: 'm', path: 'filter' })
    assert.ok(error instanceof errors.QueryError)
    assert.equal(error.code, 'query.operator')
  })

  it("tells nothing of an error that isn't ours", () => {
    assert.ok(!JSON.stringify(toWireError(new Error('password=1234'))).includes('1234'))
  })

  it('makes an error of whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.record({ code: fc.oneof(fc.string(), fc.constantFrom('toString', '__proto__', 'query.', 'limit')) })),
        (value) => {
          assert.ok(fromWireError(value) instanceof errors.RachisError)
        },
      ),
    )
  })
})
