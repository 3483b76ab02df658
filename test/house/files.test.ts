import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { root, sourceFiles } from './sources.js'

const files = sourceFiles('src').sort((a, b) => b.lines - a.lines)
const median = files[Math.floor(files.length / 2)]!.lines
const grabBags = /^(utils?|helpers?|common|types|misc)\.ts$/

describe('files', () => {
  after(() => {
    const longest = files.slice(0, 5).map(({ path, lines }) => `${path} ${String(lines)}`)
    console.log(`    ${String(files.length)} files in src, median ${String(median)} lines; longest: ${longest.join(', ')}`)
  })

  it('have a median under 100 lines', () => {
    assert.ok(median < 100, `median ${String(median)}`)
  })

  it('have at most 350 lines each', () => {
    assert.deepEqual(
      files.filter(({ lines }) => lines > 350).map(({ path, lines }) => `${path}: ${String(lines)}`),
      [],
    )
  })

  it('are named in kebab-case, after what they hold', () => {
    const wrong = files.filter(
      ({ path }) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.browser)?\.ts$/.test(basename(path)) || grabBags.test(basename(path)),
    )
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
    )
  })

  it('leave nothing for later', () => {
    const wrong = files.filter(({ path }) => /\b(TODO|FIXME|XXX|HACK)\b/.test(readFileSync(join(root, path), 'utf8')))
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
    )
  })
})
