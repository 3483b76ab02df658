import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import ts from 'typescript'

export const root = join(import.meta.dirname, '../..')

/** An import or re-export of one file, as it is written. */
export interface Import {
  readonly specifier: string
  /** The imported file, relative to the root of the repository, for a relative specifier. */
  readonly file: string | undefined
  /** Gone after compilation. */
  readonly typeOnly: boolean
}

/** A file of ours. */
export interface SourceFile {
  readonly path: string
  readonly lines: number
  readonly imports: readonly Import[]
}

/** A name that a module exports. */
export interface ExportedName {
  readonly name: string
  readonly kind: 'type' | 'value'
}

/** Every TypeScript file below a folder of the repository, in order of path. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => readSource(posix.join(folder, file)))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The names in the `export { … }` lists of a door; a door exports in no other way. */
export function exportedNames(path: string): ExportedName[] {
  const names: ExportedName[] = []
  for (const statement of parse(path).statements) {
    if (!ts.isExportDeclaration(statement)) continue
    const clause = statement.exportClause
    if (clause === undefined || !ts.isNamedExports(clause)) throw new Error(`${path} exports in bulk: ${statement.getText()}`)
    for (const element of clause.elements)
      names.push({ name: element.name.text, kind: statement.isTypeOnly || element.isTypeOnly ? 'type' : 'value' })
  }
  return names.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readSource(path: string): SourceFile {
  const source = parse(path)
  const imports: Import[] = []
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement) && !ts.isExportDeclaration(statement)) continue
    const from = statement.moduleSpecifier
    if (from === undefined || !ts.isStringLiteral(from)) continue
    imports.push({ specifier: from.text, file: fileOf(path, from.text), typeOnly: isTypeOnly(statement) })
  }
  const text = source.text.trimEnd()
  return { path, lines: text.split('\n').length, imports }
}

function isTypeOnly(statement: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(statement)) return statement.isTypeOnly
  return statement.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword
}

function fileOf(importer: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const file = posix.join(dirname(importer), specifier)
  return [file.replace(/\.js$/, '.ts'), file].find((candidate) => existsSync(join(root, candidate))) ?? file
}

function parse(path: string): ts.SourceFile {
  return ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.ES2022, true)
}
