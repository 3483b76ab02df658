import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { fileOf } from './documented.js'
import type { MarbleExample } from './example.js'

export const marblesFolder = import.meta.dirname

/** An example and its operator as its file says it. */
export interface ShownExample extends MarbleExample {
  readonly expression: string
}

/** The examples of an operator, none if there is no file. */
export async function examplesOf(name: string): Promise<readonly ShownExample[]> {
  const path = join(marblesFolder, `${fileOf(name)}.ts`)
  if (!existsSync(path)) return []
  const { examples } = (await import(path)) as { readonly examples: readonly MarbleExample[] }
  const expressions = expressionsIn(path)
  return examples.map((example, index) => ({ ...example, expression: example.shown ?? expressions[index]! }))
}

/** What each `apply` of a file returns; of a single pipe, what is in it. */
function expressionsIn(path: string): readonly string[] {
  const expressions: string[] = []
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022, true)
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'apply' && ts.isArrowFunction(node.initializer))
      expressions.push(shown(node.initializer.body))
    else ts.forEachChild(node, visit)
  }
  visit(source)
  return expressions
}

function shown(body: ts.Node): string {
  const piped = ts.isCallExpression(body) && ts.isPropertyAccessExpression(body.expression) && ts.isIdentifier(body.expression.expression)
  const nodes = piped && body.expression.name.text === 'pipe' ? [...body.arguments] : [body]
  return nodes.map((node) => withoutTypes(node.getText().replaceAll(/\s+/g, ' '))).join(', ')
}

/** An expression is shown as JavaScript, where types are clear without. */
function withoutTypes(code: string): string {
  return code
    .replaceAll(/<\w+>(?=\()/g, '')
    .replaceAll(/\): [\w<>]+ =>/g, ') =>')
    .replaceAll(/,? ([\])}])/g, (_, close: string) => (close === '}' ? ' }' : close))
    .replaceAll(/([([]) /g, '$1')
}
