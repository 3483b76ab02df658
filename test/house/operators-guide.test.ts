import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { format } from 'node:util'
import { diagrams, diagramsFolder } from '../streams/marbles/diagrams.js'
import { documented } from '../streams/marbles/documented.js'
import { examplesOf } from '../streams/marbles/examples.js'
import { imageOf, promisedBy, sections } from '../streams/marbles/guide.js'
import { root } from './sources.js'

const drawn = await diagrams()
const names = documented()

describe('the guide to the operators', () => {
  let folder: string
  before(() => {
    // Inside the repository, so that `rachis` means its sources: dozens of examples take one process.
    mkdirSync(join(root, 'dist'), { recursive: true })
    folder = mkdtempSync(join(root, 'dist/guide-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('has the diagrams that the marbles give (npm run docs:operators)', () => {
    assert.deepEqual(readdirSync(diagramsFolder).sort(), [...drawn.keys()].sort())
    for (const [file, svg] of drawn) assert.ok(readFileSync(join(diagramsFolder, file), 'utf8') === svg, `${file} is stale`)
  })

  it('has a section for each name, and for nothing else', () => {
    assert.deepEqual(
      sections()
        .map(({ name }) => name)
        .sort(),
      names,
    )
  })

  for (const { name, text, code } of sections()) {
    it(`shows the diagrams of ${name} and its cost`, async () => {
      const images = [...text.matchAll(/^!\[.*\n.*$/gm)].map(([lines]) => lines)
      assert.deepEqual(
        images,
        (await examplesOf(name)).map((example, index) => imageOf(name, index, example)),
      )
      assert.match(text, /^\*\*Cost\.\*\* /m)
    })

    it(`has an example of ${name} that does what it says`, async () => {
      assert.ok(promisedBy(code).length > 0)
      const file = join(folder, `${name}.ts`)
      writeFileSync(file, code)
      assert.deepEqual(await printedBy(file), promisedBy(code))
    })
  }
})

/** What a module prints while it is loaded, and until its promises are settled. */
async function printedBy(file: string): Promise<readonly string[]> {
  const lines: string[] = []
  const { log } = console
  console.log = (...args: unknown[]) => void lines.push(...format(...args).split('\n'))
  try {
    await import(pathToFileURL(file).href)
    await new Promise(setImmediate)
  } finally {
    console.log = log
  }
  return lines
}
