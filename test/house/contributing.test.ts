import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './sources.js'

/** What the operator in CONTRIBUTING needs. */
const imports = `import type { OperatorFunction } from 'rxjs'
import { type Absent, absent, type FeedEvent, type Key } from '../event.js'
import { FilingSubscriber } from '../internal/filing-subscriber.js'
import { Groups } from '../internal/groups.js'
import { operate } from '../internal/operator.js'
import { type Read, reader } from '../internal/read.js'
`

describe('the operator that CONTRIBUTING shows', () => {
  it('compiles as it stands', () => {
    const [, block] = /```ts\n(export function single[^]*?)```/.exec(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8'))!
    const name = join(root, 'src/streams/operators/single.ts')
    const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), (path) => ts.sys.readFile(path)) as {
      config: { compilerOptions: object }
    }
    const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root)
    const host = ts.createCompilerHost(options)
    const { fileExists, readFile, getSourceFile } = host
    host.fileExists = (path) => path === name || fileExists.call(host, path)
    host.readFile = (path) => (path === name ? imports + block! : readFile.call(host, path))
    host.getSourceFile = (path, ...rest) =>
      path === name ? ts.createSourceFile(path, imports + block!, ts.ScriptTarget.ES2022) : getSourceFile.call(host, path, ...rest)
    const program = ts.createProgram([name], options, host)
    const found = ts.getPreEmitDiagnostics(program, program.getSourceFile(name))
    assert.deepEqual(
      found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
      [],
    )
  }).timeout(30_000)
})
