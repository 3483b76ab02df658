import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { sha1 } from '../../../../src/streams/transports/xmpp/sha1.js'

describe('sha1', () => {
  const expected = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('binary')

  it('is that of node:crypto at every length around its blocks', () => {
    for (let length = 0; length < 200; length++) {
      const bytes = Buffer.alloc(length, length + 60)
      assert.equal(sha1(bytes.toString('latin1')), expected(bytes), String(length))
    }
  })

  it('is that of node:crypto for any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (bytes) => {
        assert.equal(sha1(Buffer.from(bytes).toString('latin1')), expected(Buffer.from(bytes)))
      }),
    )
  })
})
