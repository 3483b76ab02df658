import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LimitError, ProtocolError } from '../../../../src/errors.js'
import { LineSplitter, takesMore } from '../../../../src/streams/transports/dnode/lines.js'

describe('splitting lines', () => {
  it('gives the same lines wherever the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), fc.array(fc.nat({ max: 7 })), (texts, sizes) => {
        const lines = texts.map((text) => text.replaceAll('\n', ''))
        const bytes = new TextEncoder().encode(lines.map((line) => line + '\n').join(''))
        const splitter = new LineSplitter(10_000)
        const found: string[] = []
        for (let start = 0, turn = 0; start < bytes.length; turn++) {
          const end = start + 1 + (sizes[turn % Math.max(1, sizes.length)] ?? 0)
          found.push(...splitter.push(bytes.subarray(start, end)))
          start = end
        }
        assert.deepEqual(found, new TextDecoder().decode(bytes).split('\n').slice(0, -1))
      }),
    )
  })

  it('gives the same lines wherever the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.nat({ max: 5 }), (texts, size) => {
        const lines = texts.map((text) => text.replaceAll('\n', ''))
        const text = lines.map((line) => line + '\n').join('')
        const splitter = new LineSplitter(10_000)
        const found: string[] = []
        for (let start = 0; start < text.length; start += size + 1) found.push(...splitter.push(text.slice(start, start + size + 1)))
        assert.deepEqual(found, lines)
      }),
    )
  })

  const cases: [string, string | Uint8Array, number, boolean][] = [
    ['a line of just the limit', 'abcd\n', 4, true],
    ['a line of one byte more', 'abcde\n', 4, false],
    ['a line that never ends', 'abcde', 4, false],
    ['a line of just the limit in two-byte characters', 'éé\n', 4, true],
    ['a line beyond the limit in two-byte characters', 'ééé\n', 5, false],
    ['a line of just the limit in four-byte characters', '😀\n', 4, true],
    ['a line beyond the limit in four-byte characters', new TextEncoder().encode('😀\n'), 3, false],
    ['an unfinished line of just the limit', 'abcd', 4, true],
  ]
  for (const [name, chunk, limit, fits] of cases) {
    it(`${fits ? 'accepts' : 'refuses'} ${name}`, () => {
      const push = () => new LineSplitter(limit).push(chunk)
      if (fits) push()
      else assert.throws(push, (error) => error instanceof LimitError && error.limit === 'frameBytes' && error.allowed === limit)
    })
  }

  it('refuses bytes that are no UTF-8', () => {
    assert.throws(() => new LineSplitter(100).push(Uint8Array.of(0x22, 0xff, 0x22, 0x0a)), ProtocolError)
  })

  it('throws nothing but its two errors, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const splitter = new LineSplitter(30)
        try {
          for (const chunk of chunks) splitter.push(chunk)
        } catch (error) {
          assert.ok(error instanceof ProtocolError || error instanceof LimitError, String(error))
        }
      }),
    )
  })

  it('counts bytes as the encoder does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { length } = new TextEncoder().encode(text)
        assert.deepEqual([takesMore(text, length), takesMore(text, length - 1)], [false, true])
      }),
    )
  })
})
