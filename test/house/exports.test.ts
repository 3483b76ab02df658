import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as rxjs from 'rxjs'
import * as rxjsOperators from 'rxjs/operators'
import ts from 'typescript'
import { type Entry, entries, missingEntries } from '../../scripts/entries.mjs'
import { exportList, goldenFile } from './export-list.js'
import { exportedNames, root } from './sources.js'

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, unknown> }

describe('exports', () => {
  it('come from entries that all exist', () => {
    assert.deepEqual(
      missingEntries.map(({ source }) => source),
      [],
    )
  })

  it('are the ones that package.json names', () => {
    const subpaths = [...entries, ...missingEntries].map(({ subpath }) => subpath)
    assert.deepEqual(Object.keys(manifest.exports).sort(), [...subpaths, './package.json'].sort())
  })

  for (const entry of entries) {
    it(`of rachis${entry.subpath.slice(1)} are those pinned (npm run exports:update)`, () => {
      assert.equal(exportList(entry), readFileSync(goldenFile(entry), 'utf8'))
    })

    it(`of rachis${entry.subpath.slice(1)} have no name of an export of rxjs`, () => {
      const taken = rxjsNames()
      assert.deepEqual(
        exportedNames(entry.source).filter(({ name }) => taken.has(name)),
        [],
      )
    })

    it(`of rachis${entry.subpath.slice(1)} are values where they are not marked as types`, async () => {
      const module = (await import(join(root, entry.source))) as object
      const values = exportedNames(entry.source).filter(({ kind }) => kind === 'value')
      assert.deepEqual(Object.keys(module).sort(), values.map(({ name }) => name).sort())
    })
  }

  it('of the global script mean the same in whichever entry they stand', async () => {
    const seen = new Map<string, [Entry, unknown]>()
    const clashes: string[] = []
    for (const entry of entries.filter(({ global }) => global)) {
      for (const [name, value] of Object.entries((await import(join(root, entry.source))) as object)) {
        const earlier = seen.get(name)
        if (earlier !== undefined && earlier[1] !== value) clashes.push(`${name}: ${earlier[0].source}, ${entry.source}`)
        seen.set(name, [entry, value])
      }
    }
    assert.deepEqual(clashes, [])
  })
})

/** Values by what rxjs has at run time, types by its declarations. */
function rxjsNames(): Set<string> {
  const names = new Set([...Object.keys(rxjs), ...Object.keys(rxjsOperators)])
  const folder = join(root, 'node_modules/rxjs/dist/types/internal')
  const types = ts.createSourceFile('types.d.ts', readFileSync(join(folder, 'types.d.ts'), 'utf8'), ts.ScriptTarget.ES2022)
  for (const statement of types.statements)
    if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) names.add(statement.name.text)
  return names
}
