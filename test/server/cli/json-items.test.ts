import assert from 'node:assert/strict'
import fc from 'fast-check'
import { InputError } from '../../../src/server/cli/cli-errors.js'
import { findJsonFault } from '../../../src/server/cli/json-fault.js'
import { type FileItem, readJsonItems } from '../../../src/server/cli/json-items.js'

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(text: string | Uint8Array, size = 7): Promise<FileItem[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  const items: FileItem[] = []
  for await (const batch of readJsonItems(inPieces(bytes, size), 'file')) items.push(...batch)
  return items
}

describe('readJsonItems', () => {
  const good: readonly [name: string, text: string, items: readonly object[]][] = [
    ['an array', '[{"a":1},{"b":[2,{"c":"}"}]}]', [{ a: 1 }, { b: [2, { c: '}' }] }]],
    ['an array over lines', '\n[\n  {"a":1} ,\n\n  {"a":2}\n]\n', [{ a: 1 }, { a: 2 }]],
    ['an empty array', ' [ ] ', []],
    ['lines', '{"a":1}\n{"a":2}\n', [{ a: 1 }, { a: 2 }]],
    ['lines without a last break, with blank ones and CRLF', '{"a":1}\r\n\r\n{"a":"\\"[,"}', [{ a: 1 }, { a: '"[,' }]],
    ['nothing', '', []],
    ['a byte order mark', '\uFEFF[{"ä":"👋"}]', [{ ä: '👋' }]],
  ]
  for (const [name, text, items] of good) {
    it(`reads ${name}`, async () => {
      assert.deepEqual(
        (await read(text)).map(({ item }) => item),
        items,
      )
    })
  }

  it('says where each item begins', async () => {
    const places = (await read('[{"a":1},\n  {"a":2}]')).map(({ line, column }) => [line, column])
    assert.deepEqual(places, [
      [1, 2],
      [2, 3],
    ])
  })

  const bad: readonly [name: string, text: string | Uint8Array, error: RegExp][] = [
    ['a comma too many', '[{"a":1},\n{"b":2,}]', /^file:2:8: it is not JSON: a name in quotes is expected, but found "}"/],
    ['a missing comma', '[{"a":1}\n {"b":2}]', /^file:2:2: "," or "]" is expected, but found "{"/],
    ['an array without end', '[{"a":1},', /^file:1:10: the array has no end/],
    ['an array cut in an item', '[{"a":1},\n{"b', /^file:2:4: it is not JSON: a closing " is expected, but it ends/],
    ['something behind the array', '[]\n{}', /^file:2:1: after the end of the array/],
    ['a bad line', '{"a":1}\n{"a":nope}\n', /^file:2:6: it is not JSON: a value is expected, but found "n"/],
    ['one object over several lines', '{\n"a":1\n}\n', /^file:1:2: it is not JSON: [^]*an array, or one object a line/],
    ['a number as item', '[1]', /^file:1:2: an item must be an object, not 1/],
    ['text as line', '"x"\n', /^file:1:1: an item must be an object/],
    ['no text at all', new Uint8Array([0x5b, 0xff, 0xfe]), /it is not UTF-8 text/],
    ['a control character in a string', '{"a":"\u0001"}', /^file:1:7: it is not JSON/],
  ]
  for (const [name, text, error] of bad) {
    it(`refuses ${name}, saying where`, async () => {
      await assert.rejects(read(text), (thrown) => thrown instanceof InputError && error.test(thrown.message))
    })
  }

  it('property: reads what JSON.stringify wrote, wherever it is cut', async () => {
    const objects = fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()))
    await fc.assert(
      fc.asyncProperty(
        objects,
        fc.integer({ min: 1, max: 9 }),
        fc.boolean(),
        fc.integer({ min: 0, max: 2 }),
        async (list, size, asArray, indent) => {
          const text = asArray ? JSON.stringify(list, null, indent) : list.map((one) => JSON.stringify(one)).join('\n')
          const items = (await read(text, size)).map(({ item }) => item)
          assert.deepEqual(JSON.stringify(items), JSON.stringify(list))
        },
      ),
    )
  })
})

describe('findJsonFault', () => {
  it('property: finds a fault exactly where JSON.parse does', () => {
    const nearly = fc.tuple(fc.json(), fc.nat(60), fc.constantFrom('', '"', '}', ']', ',', ':', '1', 'e', '\\', '{', '-', 'tru'))
    fc.assert(
      fc.property(nearly, ([json, place, inserted]) => {
        const text = json.slice(0, place) + inserted + json.slice(place + 1)
        let parses = true
        try {
          JSON.parse(text)
        } catch {
          parses = false
        }
        assert.equal(findJsonFault(text) === undefined, parses, text)
      }),
      { numRuns: 2_000 },
    )
  })

  it('goes as deep as the text', () => {
    assert.equal(findJsonFault('['.repeat(100_000) + ']'.repeat(100_000)), undefined)
  })
})
