import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { build } from 'esbuild'
import { instrument } from './cost/instrument.js'
import type { Measured, Measurements } from './cost/measure.js'
import { type PipelineName, pipelines } from './pipelines.js'

/**
 * What one write may touch, in calls, rounds of loops and elements of collections, the source's and rxjs's own included, is c · (1 + rows sent) · log₂ n. This is c:
 * a search in the tree under the ordered operators is about 12 by itself (its nodes are 64 wide), a write that nothing comes of 5.
 */
const c: Readonly<Partial<Record<PipelineName, number>>> = {
  aggregate: 40,
  antiJoin: 40,
  'antiJoin, many to one': 40,
  avgOf: 10,
  conflate: 10,
  countOf: 10,
  diff: 10,
  distinctBy: 40,
  'distinctBy, by an order': 40,
  everyOf: 10,
  except: 20,
  expireAfter: 20,
  fields: 10,
  fullJoin: 25,
  group: 20,
  'group, merged again': 25,
  intersect: 20,
  item: 10,
  join: 25,
  'join, one to many': 25,
  leftJoin: 25,
  'leftJoin, one to many': 25,
  limitSize: 40,
  maxOf: 40,
  mergeEach: 30,
  'mergeEach, large feeds': 30,
  'mergeEach as intersect': 100,
  'mergeEach as except': 100,
  'mergeEach as xor': 100,
  minOf: 40,
  onEach: 10,
  orderBy: 20,
  'orderBy, a sort': 20,
  'orderBy, an Observable': 30,
  query: 60,
  refreshOn: 10,
  rekey: 40,
  related: 25,
  reverse: 20,
  rightJoin: 25,
  'rightJoin, one to many': 25,
  rollup: 80,
  select: 10,
  'select, kept': 10,
  selectAsync: 40,
  selectEach: 50,
  selectMany: 20,
  semiJoin: 40,
  'semiJoin, many to one': 40,
  shareFeed: 10,
  'shareFeed, ordered': 30,
  slice: 40,
  'slice, deep': 40,
  'slice, large': 50,
  'slice, of a list of its own': 80,
  'slice, an Observable': 50,
  someOf: 10,
  stdDevOf: 20,
  subscribeEach: 10,
  sumOf: 10,
  switchFeed: 10,
  'switchFeed, ordered': 30,
  top: 40,
  tree: 100,
  union: 20,
  'union, resolved': 20,
  where: 10,
  'where, an Observable': 10,
  whereEach: 30,
  xor: 20,
}

/** Where the result itself is as large as that, or the documentation says so: what is touched, divided by n. */
const linear: Readonly<Partial<Record<PipelineName, { readonly times: number; readonly because: string }>>> = {
  asArray: { times: 8, because: 'each commit gives a new array' },
  'asArray, ordered': { times: 8, because: 'each commit gives a new array' },
  asMap: { times: 5, because: 'each commit gives a new Map' },
  'mergeEach as intersect, feeds that come and go': { times: 20, because: 'one feed more or less concerns the items of all' },
  'mergeEach as except, feeds that come and go': {
    times: 2000,
    because: 'one feed more or less concerns the items of all, and each looks at the feeds',
  },
  'rekey, resolved': { times: 4, because: 'resolve is given all items of one key' },
  'related, many children': { times: 4, because: 'a parent is given all its children' },
  'tree, a chain': { times: 60, because: 'nodes on the way to the root are made anew' },
}

const sizes = [1_000, 10_000, 100_000]

describe('the cost of one event', () => {
  let measured: Measurements

  before(async () => {
    const names = Object.keys(pipelines) as PipelineName[]
    const folder = mkdtempSync(join(tmpdir(), 'rachis-cost-'))
    try {
      const outfile = join(folder, 'measure.mjs')
      const entryPoints = [join(import.meta.dirname, 'cost/measure.ts')]
      // What has no effect but to count must not be left out.
      await build({
        entryPoints,
        outfile,
        bundle: true,
        platform: 'node',
        format: 'esm',
        target: 'es2022',
        plugins: [instrument],
        ignoreAnnotations: true,
      })
      const logarithmic = names.filter((name) => name in c)
      const parts = await Promise.all([
        run(
          outfile,
          logarithmic.filter((_, index) => index % 2 === 0),
          sizes,
        ),
        run(
          outfile,
          logarithmic.filter((_, index) => index % 2 === 1),
          sizes,
        ),
        run(
          outfile,
          names.filter((name) => name in linear),
          sizes.slice(0, 1),
        ),
      ])
      const [even, odd, rest] = parts
      measured = { ...even, ...odd, ...rest }
    } finally {
      rmSync(folder, { recursive: true })
    }
  }).timeout(180_000)

  for (const name of Object.keys(pipelines) as PipelineName[]) {
    const factor = c[name]
    if (factor !== undefined) {
      it(`of ${name} is at most ${factor} · (1 + rows) · log n`, () => {
        for (const each of measured[name]) assertBelow(each, factor * (1 + each.sent) * Math.log2(each.size))
      })
    } else {
      const { times, because } = linear[name] ?? { times: 0, because: 'it has no bound in either table' }
      it(`of ${name} is at most ${times} · n: ${because}`, () => {
        for (const each of measured[name]) assertBelow(each, times * each.size)
      })
    }
  }

  it('is more than the bound where a whole state is looked at', () => {
    const { touched, size, sent } = measured.asArray.at(-1)!
    assert.ok(touched > 100 * (1 + sent) * Math.log2(size))
  })

  it('is measured for every operator and aggregator', () => {
    const exported = operators().map(({ name }) => name)
    assert.ok(exported.length > 40)
    assert.deepEqual(
      exported.filter((name) => !Object.keys(pipelines).some((pipeline) => pipeline === name)),
      [],
    )
  })

  it('and the memory are documented for every operator', () => {
    const lacking = operators().filter(({ name, file }) => {
      const doc = new RegExp(`/\\*\\*((?:(?!\\*/)[^])*)\\*/\\nexport function ${name}\\b`).exec(readFileSync(file, 'utf8'))?.[1] ?? ''
      // An aggregator holds a few numbers, if nothing else is said; some operators are others put together.
      return (
        !/O\(1\) an item|(cost|that) of `|at its cost/i.test(doc) && !(/O\(|cost: that of/i.test(doc) && /holds|held|memory/i.test(doc))
      )
    })
    assert.deepEqual(
      lacking.map(({ name }) => name),
      [],
    )
  })
})

function assertBelow({ touched, sent, size, write }: Measured, bound: number): void {
  assert.ok(touched <= bound, `${touched} entries touched for ${sent} rows of ${size}, by: ${write}; the bound is ${Math.floor(bound)}`)
}

function run(file: string, names: readonly PipelineName[], sizes: readonly number[]): Promise<Measurements> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(file, { workerData: { names, sizes } })
    worker.on('error', reject)
    worker.on('message', (measurements: Measurements) => {
      resolve(measurements)
      void worker.terminate()
    })
  })
}

/** What the core exports from the folder of the operators, types left out. */
function operators(): readonly { readonly name: string; readonly file: string }[] {
  const streams = join(import.meta.dirname, '../../../src/streams')
  const exports = readFileSync(join(streams, 'index.ts'), 'utf8').matchAll(/export \{([^}]*)\} from '\.\/(operators\/[^']*)\.js'/g)
  return [...exports].flatMap(([, names, path]) =>
    names!
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !name.startsWith('type '))
      .map((name) => ({ name, file: join(streams, `${path!}.ts`) })),
  )
}
