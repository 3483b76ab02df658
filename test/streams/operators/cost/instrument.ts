import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'
import ts from 'typescript'

/**
 * An esbuild plugin that makes the library and rxjs count: each call of a function and each round of a loop adds one to `globalThis.touched`. What
 * JavaScript's own collections do inside is counted by `counting-builtins.ts`.
 */
export const instrument: Plugin = {
  name: 'instrument',
  setup({ onLoad }) {
    onLoad({ filter: /(\/src\/.*\.ts|\/rxjs\/dist\/.*\.js)$/ }, async ({ path }) => ({
      contents: counted(path, await readFile(path, 'utf8')),
      loader: path.endsWith('.ts') ? 'ts' : 'js',
    }))
  },
}

const count = 'globalThis.touched++'

function counted(path: string, text: string): string {
  const insertions: (readonly [at: number, text: string])[] = []
  const visit = (node: ts.Node): void => {
    const body = bodyOf(node)
    if (body !== undefined && ts.isBlock(body)) insertions.push([body.getStart() + 1, `${count};`])
    else if (body !== undefined && ts.isExpression(body)) insertions.push([body.getStart(), `(${count}, `], [body.getEnd(), ')'])
    else if (body !== undefined) insertions.push([body.getStart(), `{ ${count}; `], [body.getEnd(), ' }'])
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true))
  // From the end, so that places stay; of two at one place what ends comes before what begins.
  let result = text
  for (const [at, insertion] of insertions
    .map((each, index) => ({ each, index }))
    .sort((x, y) => y.each[0] - x.each[0] || y.index - x.index)
    .map(({ each }) => each))
    result = result.slice(0, at) + insertion + result.slice(at)
  return result
}

/** What is run once a call or a round. */
function bodyOf(node: ts.Node): ts.Block | ts.Expression | ts.Statement | undefined {
  if (ts.isFunctionLike(node)) return (node as ts.FunctionLikeDeclaration).body
  return ts.isIterationStatement(node, false) ? node.statement : undefined
}
