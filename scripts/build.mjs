// `npm run build`: everything that is published, which is dist/ with declarations for ES modules (.d.ts) and CommonJS (.d.cts).
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './entries.mjs'
import { node } from './run.mjs'

process.chdir(root)
const built = await node('esbuild.mjs', [])
rmSync('dist/types', { recursive: true, force: true })
const typed = await node('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.build.json'])
writeCommonJsDeclarations('dist/types/esm', 'dist/types/cjs')
process.exitCode = built || typed

/** The declarations say nothing that differs between the two module systems but the names of their neighbours. */
function writeCommonJsDeclarations(from, to) {
  const relativeModule = /((?:from|import|import\()\s*['"]\.{1,2}\/[^'"]*)\.js(['"])/g
  for (const file of readdirSync(from, { recursive: true })) {
    if (!file.endsWith('.d.ts')) continue
    const target = join(to, file.replace(/\.d\.ts$/, '.d.cts'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, readFileSync(join(from, file), 'utf8').replace(relativeModule, '$1.cjs$2'))
  }
}
