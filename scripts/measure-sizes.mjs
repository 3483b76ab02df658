import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { browserModules } from './browser-plugins.mjs'
import { entries, root } from './entries.mjs'
import { mangling } from './mangling.mjs'

/** What is measured: entries of a page with or without their dependencies (all but jQuery), and entries for Node without. */
const subjects = [
  // The goal is not reached: what there is must not grow meanwhile. docs/decisions.md says what it is made of.
  { name: 'rachis, without rxjs', files: ['index'], budget: 12_350, goal: 12_000 },
  { name: 'rachis + rachis/dnode + rachis/backbone, all dependencies', files: ['index', 'dnode', 'backbone'], whole: true, budget: 50_000 },
  { name: 'rachis/dnode with dnode, without rxjs', files: ['dnode'] },
  { name: 'rachis/backbone, without backbone and rxjs', files: ['backbone'] },
  { name: 'rachis/testing, without rxjs', files: ['testing'] },
  { name: 'rachis/server, without dependencies', files: ['server'], node: true },
  { name: 'rachis/embedded, without dependencies', files: ['embedded'], node: true },
]

/** Bytes, minified and gzipped, of each subject whose sources exist; and the minified bytes of the files in it, largest first. */
export async function measureSizes() {
  const rows = []
  for (const subject of subjects) {
    const sources = subject.files.map((file) => entries.find((entry) => entry.file === file)?.source)
    if (!sources.includes(undefined))
      rows.push({ name: subject.name, budget: subject.budget, goal: subject.goal, ...(await measure(subject, sources)) })
  }
  return rows
}

async function measure(subject, sources) {
  const platform = subject.node ? { platform: 'node', packages: 'external' } : { ...browserModules(), ...mangling }
  const outside = subject.whole ? { external: ['jquery'] } : {}
  const contents = sources.map((source) => `export * from './${source}'`).join('\n')
  const result = await build({
    ...platform,
    ...outside,
    absWorkingDir: root,
    stdin: { contents, resolveDir: root, sourcefile: 'subject.ts', loader: 'ts' },
    // rxjs's build for engines of this decade, as in the examples.
    conditions: ['es2015'],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
    metafile: true,
  })
  const inputs = Object.values(result.metafile.outputs).flatMap((output) => Object.entries(output.inputs))
  const files = inputs.map(([file, { bytesInOutput }]) => [file, bytesInOutput]).sort((a, b) => b[1] - a[1])
  return { bytes: gzipSync(result.outputFiles[0].contents, { level: 9 }).length, files }
}
