import assert from 'node:assert/strict'
import fc from 'fast-check'
import { LimitError, ProtocolError } from '../../../../src/errors.js'
import { encodeLine, joinLine, parseFrame } from '../../../../src/streams/transports/dnode/frame.js'

const limits = { frameBytes: 1000, depth: 4 }

describe('dnode frames', () => {
  const accepted: Record<string, object> = {
    'a call by name': { method: 'put', arguments: [1, [['a', { n: 1 }]], []] },
    'an answer by number': { method: 3, arguments: [null, {}], callbacks: {}, links: [] },
    'the handshake': { method: 'methods', arguments: [{ get: '[Function]' }], callbacks: { 0: ['0', 'get'] } },
    'a callback as last argument': { method: 'get', arguments: [{}, '[Function]'], callbacks: { 7: ['1'] } },
    'callbacks in options': { method: 'read', arguments: [{}], callbacks: { 0: [0, 'error'], 1: ['0', 'success'], 2: ['0', 'finished'] } },
    'a cull': { method: 'cull', arguments: [4] },
    'the deepest arguments': { method: 'a', arguments: [[[[[1]]]]] },
  }
  for (const [name, frame] of Object.entries(accepted)) {
    it(`accepts ${name}`, () => {
      const { method, arguments: args, callbacks } = parseFrame(JSON.stringify(frame), limits)
      const { links: _, ...rest } = frame as { links?: unknown }
      assert.deepEqual(callbacks === undefined ? { method, arguments: args } : { method, arguments: args, callbacks }, rest)
    })
  }

  const refused: Record<string, string> = {
    'what is not JSON': '{"method":',
    nothing: '',
    'a null row': 'null',
    'an array': '[]',
    'a scalar': '1',
    'no method': '{"arguments":[]}',
    'a negative method': '{"method":-1,"arguments":[]}',
    'a fractional method': '{"method":1.5,"arguments":[]}',
    'an object as method': '{"method":{},"arguments":[]}',
    'no arguments': '{"method":"a"}',
    'arguments that are no array': '{"method":"a","arguments":{"length":1}}',
    links: '{"method":"a","arguments":[[]],"links":[{"from":["0"],"to":["0","0"]}]}',
    'links that are no array': '{"method":"a","arguments":[],"links":{}}',
    'callbacks that are an array': '{"method":"a","arguments":[1],"callbacks":[["0"]]}',
    'a callback id that is no number': '{"method":"a","arguments":[1],"callbacks":{"x":["0"]}}',
    'a callback id with a sign': '{"method":"a","arguments":[1],"callbacks":{"+1":["0"]}}',
    'a callback id beyond all arrays': '{"method":"a","arguments":[1],"callbacks":{"4294967296":["0"]}}',
    'a path to a prototype': '{"method":"a","arguments":["x"],"callbacks":{"7":["0","constructor","prototype","x"]}}',
    'a path to a constructor': '{"method":"a","arguments":[{}],"callbacks":{"7":["0","constructor"]}}',
    'a path to another option': '{"method":"a","arguments":[{"f":1}],"callbacks":{"7":["0","f"]}}',
    'a path into a text': '{"method":"a","arguments":["x"],"callbacks":{"7":["0","error"]}}',
    'a path beyond the arguments': '{"method":"a","arguments":[],"callbacks":{"7":["0"]}}',
    'a path of no steps': '{"method":"a","arguments":[1],"callbacks":{"7":[]}}',
    'a path to length': '{"method":"a","arguments":[1],"callbacks":{"7":["length"]}}',
    'a path that is null': '{"method":"a","arguments":[1],"callbacks":{"7":null}}',
    'a method that the handshake does not name': '{"method":"methods","arguments":[{}],"callbacks":{"7":["0","toString"]}}',
    'the key __proto__': '{"method":"a","arguments":[{"__proto__":{"x":1}}]}',
    'the key __proto__ in disguise': '{"method":"a","arguments":[{"\\u005f_proto__":{"x":1}}]}',
    'the key constructor, deep inside': '{"method":"a","arguments":[[{"a":{"constructor":1}}]]}',
    'a cull of a name': '{"method":"cull","arguments":["length"]}',
  }
  for (const [name, line] of Object.entries(refused)) {
    it(`refuses ${name}`, () => {
      assert.throws(() => parseFrame(line, limits), ProtocolError)
    })
  }

  it('refuses what is nested too deep', () => {
    assert.throws(() => parseFrame('{"method":"a","arguments":[[[[[[1]]]]]]}', limits), LimitError)
  })

  it('refuses very many callbacks', () => {
    const callbacks = Object.fromEntries(Array.from({ length: 257 }, (_, id) => [id, ['0']]))
    assert.throws(() => parseFrame(JSON.stringify({ method: 'a', arguments: [1], callbacks }), limits), LimitError)
  })

  it('encodes a line once for all', () => {
    assert.equal(joinLine('put', '1', JSON.stringify([['a', { n: 1 }]]), '[]'), encodeLine('put', [1, [['a', { n: 1 }]], []]))
    assert.equal(encodeLine('mark', [{ r: 'a1' }]), '{"method":"mark","arguments":[{"r":"a1"}]}\n')
  })

  it('throws nothing but its two errors, whatever the line', () => {
    const seeds = [...Object.values(accepted).map((frame) => JSON.stringify(frame)), ...Object.values(refused)]
    const mutated = fc
      .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:0a\\_'), fc.boolean()), { maxLength: 4 }))
      .map(([seed, edits]) =>
        edits.reduce((line, [at, character, insert]) => splice(line, at % (line.length + 1), character, insert), seed),
      )
    fc.assert(
      fc.property(fc.oneof(mutated, fc.string(), fc.json()), (line) => {
        try {
          parseFrame(line, limits)
        } catch (error) {
          assert.ok(error instanceof ProtocolError || error instanceof LimitError, String(error))
        }
      }),
      { numRuns: 2000 },
    )
  })
})

function splice(line: string, at: number, character: string, insert: boolean): string {
  return line.slice(0, at) + character + line.slice(insert ? at : at + 1)
}
