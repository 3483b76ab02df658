import { isDocument } from '../../streams/internal/value-order.js'
import type { Doc } from './codec.js'
import { requireMingo } from './peers.js'
import { badValue } from './server-errors.js'

export type Project = (document: Doc) => Doc

interface Tree {
  [part: string]: Tree | true
}

const UNCHANGED: Project = (document) => document

/** Compiles a projection; the fields are taken from or out of the document given, which is the reader's own. Throws a `MongoServerError`. */
export function compileProjection(projection: unknown): Project {
  const fields = fieldsOf(projection)
  const entries = Object.entries(fields)
  if (entries.length === 0) return UNCHANGED
  if (entries.some(([path, value]) => path.includes('$') || !isFlag(value))) return expressionProjection(fields)
  const { _id: id, ...others } = fields
  const flags = Object.values(others).map(Boolean)
  const including = flags.length > 0 ? flags[0]! : Boolean(id)
  if (flags.some((flag) => flag !== including)) throw badValue('a projection either includes or excludes fields, not both (apart from _id)')
  const tree: Tree = {}
  for (const path of Object.keys(others)) grow(tree, path)
  if (including) {
    if (id === undefined || Boolean(id)) grow(tree, '_id')
    return (document) => include(document, tree)
  }
  if (id !== undefined && !id) grow(tree, '_id')
  return (document) => exclude(document, tree)
}

function fieldsOf(projection: unknown): Doc {
  if (projection === undefined || projection === null) return {}
  if (typeof projection === 'string') return { [projection]: 1 }
  return Array.isArray(projection) ? Object.fromEntries(projection.map((path) => [String(path), 1])) : (projection as Doc)
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean' || typeof value === 'number'
}

/** `$slice`, `$elemMatch`, positional and computed fields are mingo's. */
function expressionProjection(fields: Doc): Project {
  const { find } = requireMingo('runs projections with operators')
  return (document) => find<Doc>([document], {}, fields, { scriptEnabled: false }).next()
}

function grow(tree: Tree, path: string): void {
  const parts = path.split('.')
  let at = tree
  parts.forEach((part, i) => {
    const known = Object.hasOwn(at, part) ? at[part] : undefined
    if (known === true) throw badValue(`path collision at ${path} in the projection`)
    if (i === parts.length - 1) {
      if (known !== undefined) throw badValue(`path collision at ${path} in the projection`)
      at[part] = true
    } else at = at[part] = known ?? {}
  })
}

function include(document: Doc, tree: Tree): Doc {
  const result: Doc = {}
  for (const key of Object.keys(document)) {
    const branch = Object.hasOwn(tree, key) ? tree[key] : undefined
    if (branch === undefined) continue
    const value = branch === true ? document[key] : includeInside(document[key], branch)
    if (value !== undefined) result[key] = value
  }
  return result
}

function includeInside(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((element) => includeInside(element, tree)).filter((element) => element !== undefined)
  return isDocument(value) ? include(value, tree) : undefined
}

function exclude(document: Doc, tree: Tree): Doc {
  const result: Doc = {}
  for (const key of Object.keys(document)) {
    const branch = Object.hasOwn(tree, key) ? tree[key] : undefined
    if (branch !== true) result[key] = branch === undefined ? document[key] : excludeInside(document[key], branch)
  }
  return result
}

function excludeInside(value: unknown, tree: Tree): unknown {
  if (Array.isArray(value)) return value.map((element) => excludeInside(element, tree))
  return isDocument(value) ? exclude(value, tree) : value
}
