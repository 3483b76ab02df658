import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from '../../house/sources.js'

/** What makes a feed, takes one, or goes into an operator: every such value that `rachis` exports has marbles and a place in the guide. */
export function documented(): readonly string[] {
  const path = join(root, 'src/streams/index.ts')
  const names: string[] = []
  for (const statement of ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.ES2022).statements) {
    if (!ts.isExportDeclaration(statement) || statement.isTypeOnly) continue
    const { exportClause, moduleSpecifier } = statement
    if (exportClause === undefined || !ts.isNamedExports(exportClause)) continue
    if (
      moduleSpecifier === undefined ||
      !ts.isStringLiteral(moduleSpecifier) ||
      !/^\.\/(operators\/|feed\.js|source\.js)/.test(moduleSpecifier.text)
    )
      continue
    names.push(...exportClause.elements.filter(({ isTypeOnly }) => !isTypeOnly).map(({ name }) => name.text))
  }
  return names.sort()
}

/** The file that holds the examples of a name, without its ending. */
export function fileOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter, index: number) => `${index > 0 ? '-' : ''}${letter.toLowerCase()}`)
}
