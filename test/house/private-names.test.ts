import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { Observable } from 'rxjs'
import { root } from '../../scripts/entries.mjs'
import { pageModules } from '../../scripts/mangling.mjs'
import { privateNames, typeErrors } from '../../scripts/private-names.mjs'
import * as core from '../../src/streams/index.js'

type Core = typeof core
type Row = Readonly<Record<string, unknown>>

describe('private names', () => {
  it('are renamed everywhere or nowhere: the renamed sources compile', () => {
    assert.deepEqual(typeErrors(), [])
  }).timeout(60_000)

  it('are nothing that goes in or comes out: a build with short ones tells the same of items whose fields have these names', async () => {
    const short = await shortened()
    assert.deepEqual(Object.keys(short).sort(), Object.keys(core).sort())
    assert.deepEqual(await told(short), await told(core))
  }).timeout(60_000)
})

/** The core as pages get it, with rxjs built in. */
async function shortened(): Promise<Core> {
  const folder = mkdtempSync(join(tmpdir(), 'rachis-short-'))
  const outfile = join(folder, 'index.mjs')
  try {
    await build({ ...pageModules(), absWorkingDir: root, entryPoints: ['src/streams/index.ts'], external: [], outfile, logLevel: 'error' })
    return (await import(pathToFileURL(outfile).href)) as Core
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** All that the operators tell of one history. */
async function told(rachis: Core): Promise<unknown[]> {
  const {
    Source,
    aggregate,
    asArray,
    asMap,
    conflate,
    countOf,
    diff,
    fields,
    orderBy,
    query,
    select,
    shareFeed,
    slice,
    sumOf,
    union,
    where,
  } = rachis
  const names = Object.entries(privateNames().names)
    .flat()
    .filter((name) => name !== 'id')
  const [first = '', second = ''] = names
  const row = (id: string, value: number): Row => ({ ...Object.fromEntries(names.map((name) => [name, value])), id })
  const source = new Source({ key: (item: Row) => String(item['id']), initial: [row('a', 3), row('b', 1)] })
  const views: Observable<unknown>[] = [
    source.feed.pipe(where({ [first]: { $gt: 1 } })),
    source.feed.pipe(query({ filter: { [second]: { $lt: 9 } }, sort: { [first]: -1 }, skip: 1, limit: 2, fields: [first] })),
    source.feed.pipe(orderBy({ [second]: 1 }), shareFeed(), slice({ limit: 2 })),
    source.feed.pipe(
      select((item) => item[first]),
      diff(),
      asMap(),
    ),
    union(source.feed, source.feed.pipe(fields(first, second)), { resolve: ([, picked]) => picked! }).pipe(asArray()),
    source.feed.pipe(aggregate({ [first]: countOf(), [second]: sumOf<Row>(first) })),
    source.feed.pipe(conflate(0)),
  ]
  const log: unknown[] = []
  for (const [i, view] of views.entries()) view.subscribe({ next: (value) => log.push([i, plain(value)]), complete: () => log.push([i]) })
  source.edit((tx) => {
    tx.publish(row('c', 2))
    tx.patch('a', { [first]: 0, [second]: 4 })
  })
  source.replaceAll([row('b', 5), row('d', 2)])
  source.complete()
  return log
}

/** As JSON; a cursor names its root by chance. */
function plain(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      key === 'cursor' && inner !== undefined ? Object.values(inner as object) : inner instanceof Map ? [...inner] : inner,
    ),
  )
}
