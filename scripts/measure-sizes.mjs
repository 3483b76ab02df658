import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'
import { peers } from './browser-plugins.mjs'
import { entries, root } from './entries.mjs'
import { pageModules, shortened } from './mangling.mjs'

/** The operators that carry a model to a view, and everything of the core that isn't an operator. The others are paid for by who uses them. */
const spine = [
  ...['ArgumentError', 'ConflictError', 'ConnectionError', 'DeniedError', 'LawError', 'LimitError', 'MissingError', 'MissingPeerError'],
  ...['OperatorError', 'ProtocolError', 'QueryError', 'RachisError', 'RemoteError', 'Source', 'StoreError', 'ValidationError'],
  ...['applyEvent', 'changeEvent', 'commitEvent', 'composeEvents', 'invertEvent', 'publishEvent', 'resetEvent', 'retractEvent'],
  ...[
    'compileFilter',
    'compileSort',
    'feedOf',
    'fromSnapshots',
    'aggregate',
    'countOf',
    'sumOf',
    'asArray',
    'asMap',
    'conflate',
    'diff',
    'fields',
  ],
  ...['item', 'orderBy', 'query', 'select', 'shareFeed', 'slice', 'union', 'where'],
]

/** What is measured: entries of a page with or without their dependencies (all but jQuery), and entries for Node without; `names` are what a page takes of the first; `beside` is what it has already. */
const subjects = [
  // The goal is not reached yet: what there is must not grow meanwhile. docs/decisions.md says what it is made of.
  { name: 'rachis, all operators, without rxjs', files: ['index'], budget: 17_530, goal: 16_000 },
  { name: 'rachis, the operators of the spine, without rxjs', files: ['index'], names: spine, budget: 12_390, goal: 12_000 },
  { name: 'rachis, Source, where, orderBy and slice, without rxjs', files: ['index'], names: ['Source', 'where', 'orderBy', 'slice'] },
  {
    name: 'rachis (spine), rachis/dnode, rachis/backbone, all dependencies',
    files: ['index', 'dnode', 'backbone'],
    names: spine,
    whole: true,
    budget: 50_000,
  },
  { name: 'rachis/dnode with dnode, without rxjs', files: ['dnode'] },
  { name: 'rachis/xmpp, everything, without strophe.js and rxjs', files: ['xmpp'] },
  // What the transport weighs by itself; the goal is not reached: docs/benchmarks.md says what it is made of.
  {
    name: 'connectXmpp of rachis/xmpp, beside the spine of rachis',
    files: ['xmpp'],
    names: ['connectXmpp'],
    beside: { files: ['index'], names: spine },
    budget: 17_925,
    goal: 10_000,
  },
  { name: 'rachis/backbone, without backbone and rxjs', files: ['backbone'] },
  { name: 'rachis/compat-dnode, without backbone and rxjs', files: ['compat-dnode'] },
  { name: 'rachis/compat-xmpp, without backbone, strophe.js and rxjs', files: ['compat-xmpp'] },
  { name: 'rachis/testing, without rxjs', files: ['testing'] },
  { name: 'rachis/server, without dependencies', files: ['server'], node: true },
  { name: 'rachis/embedded, without dependencies', files: ['embedded'], node: true },
]

/** Bytes, minified and gzipped, of each subject whose sources exist; and the minified bytes of the files in it, largest first. */
export async function measureSizes() {
  const rows = []
  for (const subject of subjects) {
    const sources = subject.files.map(sourceOf)
    if (!sources.includes(undefined))
      rows.push({ name: subject.name, budget: subject.budget, goal: subject.goal, ...(await measure(subject, sources)) })
  }
  return rows
}

async function measure(subject, sources) {
  const has = subject.beside && exportsOf(subject.beside)
  const contents = [exportsOf(subject, sources), has].join('\n')
  const outside = { external: subject.whole ? ['jquery'] : peers }
  const minified = subject.node ? { platform: 'node', packages: 'external' } : { ...shortened(), ...outside }
  const direct = await bundle(contents, { ...minified, minify: true })
  const inputs = Object.values(direct.metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const files = inputs.map(([file, { bytesInOutput }]) => [file, bytesInOutput]).sort((a, b) => b[1] - a[1])
  const code = subject.node ? direct.outputFiles[0].contents : await bundleShipped(contents, outside)
  const already = has === undefined ? 0 : packed(await bundleShipped(has, outside))
  return { bytes: packed(code) - already, files }
}

function exportsOf({ names, files }, sources = files.map(sourceOf)) {
  return sources.map((source, index) => `export ${index === 0 && names ? `{${names.join()}}` : '*'} from './${source}'`).join('\n')
}

function sourceOf(file) {
  return entries.find((entry) => entry.file === file)?.source
}

function packed(code) {
  return gzipSync(code, { level: 9 }).length
}

/** What a page gets that bundles the modules as they are shipped with esbuild and lets terser have the last word, as most bundlers do or can. */
async function bundleShipped(contents, outside) {
  const shipped = await bundle(contents, pageModules())
  const { outputFiles } = await bundle(shipped.outputFiles[0].text, { ...outside, platform: 'browser', minify: true })
  const { code } = await minify(outputFiles[0].text, { module: true, compress: { passes: 3 } })
  return code
}

function bundle(contents, options) {
  return build({
    ...options,
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, sourcefile: 'subject.ts', loader: 'ts' },
    // rxjs's build for engines of this decade, as in the examples.
    conditions: ['es2015', ...(options.conditions ?? [])],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    metafile: true,
  })
}
