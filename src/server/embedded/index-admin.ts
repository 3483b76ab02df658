import type { CollectionEntry, IndexEntry } from './catalog.js'
import { decodeDocument, type Doc } from './codec.js'
import { compilePredicate } from './predicate.js'
import { encodeKey } from './key-codec.js'
import { equalValues } from '../../streams/query.js'
import { sortKeys } from './select.js'
import { notImplemented, serverError } from './server-errors.js'
import type { WriteUnit } from './write-unit.js'

/** Options of the call, not of the index. */
const CALL_OPTIONS = new Set(['session', 'maxTimeMS', 'commitQuorum', 'writeConcern', 'background', 'comment', '_autoIndex'])

/** Creates an index and its entries; returns its name. One that is there already is left alone. Throws 11000, 85, 86. */
export function createIndex(unit: WriteUnit, namespace: string, spec: unknown, given: Doc = {}): string {
  const key = keyOf(spec)
  const options = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => !CALL_OPTIONS.has(name) && name !== 'name' && value !== undefined),
  )
  const name =
    typeof given.name === 'string'
      ? given.name
      : Object.entries(key)
          .map(([path, kind]) => `${path}_${String(kind)}`)
          .join('_')
  if (isIdIndex(key)) return '_id_'
  if (options.collation !== undefined && (options.collation as Doc).locale !== 'simple')
    throw notImplemented(`a collation (of the index ${name})`)
  if (options.partialFilterExpression !== undefined) compilePredicate(options.partialFilterExpression)
  const entry = unit.ensureCollection(namespace)
  const known = entry.indexes.find((index) => index.name === name) ?? entry.indexes.find((index) => sameKey(index.key, key))
  if (known !== undefined) {
    if (known.name === name && sameKey(known.key, key) && equalValues(known.options, options)) return name
    const [code, codeName] = sameKey(known.key, key) ? ([85, 'IndexOptionsConflict'] as const) : ([86, 'IndexKeySpecsConflict'] as const)
    throw serverError(
      code,
      codeName,
      `an index with the same ${code === 85 ? 'key and other options or name' : 'name and another key'} exists: ${known.name}`,
    )
  }
  const index: IndexEntry = { id: unit.catalog.nextId, name, key, options, multikey: false, cut: false }
  build(unit, unit.replaceEntry({ ...entry, indexes: [...entry.indexes, index] }), index)
  return name
}

function build(unit: WriteUnit, entry: CollectionEntry, index: IndexEntry): void {
  const alone = { ...entry, indexes: [index] }
  // Read as a whole first: lmdb's ranges shouldn't run while their table is written.
  const everything = [...unit.documents(entry, { low: Buffer.alloc(0), high: Buffer.alloc(0) }, false)]
  let current = entry
  for (const bytes of everything) {
    const document = decodeDocument(bytes)
    const id = encodeKey(document._id)
    unit.checkUnique(alone, id, document)
    current = unit.addEntries(
      current,
      current.indexes.find(({ id: own }) => own === index.id)!,
      id,
      document,
    )
  }
}

/** Drops an index by name or key, or all of them by `*`. Throws 27 if it isn't there, 72 for `_id_`. */
export function dropIndex(unit: WriteUnit, namespace: string, which: unknown): void {
  const entry = unit.collection(namespace)
  if (entry === undefined) throw serverError(26, 'NamespaceNotFound', `ns not found ${namespace}`)
  if (which === '_id_') throw serverError(72, 'InvalidOptions', 'cannot drop _id index')
  const gone = entry.indexes.filter(
    (index) => which === '*' || index.name === which || (typeof which === 'object' && sameKey(index.key, which as Doc)),
  )
  if (gone.length === 0 && which !== '*') throw serverError(27, 'IndexNotFound', `index not found with name [${String(which)}]`)
  for (const index of gone) unit.clearIndex(index)
  unit.replaceEntry({ ...entry, indexes: entry.indexes.filter((index) => !gone.includes(index)) })
}

/** What `listIndexes` answers. */
export function describeIndexes(entry: CollectionEntry): Doc[] {
  const own = entry.indexes.map((index) => ({ v: 2, key: { ...index.key }, name: index.name, ...index.options }))
  return [{ v: 2, key: { _id: 1 }, name: '_id_' }, ...own]
}

function keyOf(spec: unknown): Doc {
  if (typeof spec === 'object' && spec !== null && !Array.isArray(spec) && !(spec instanceof Map)) return { ...(spec as Doc) }
  return Object.fromEntries(sortKeys(spec) ?? [])
}

function isIdIndex(key: Doc): boolean {
  return Object.keys(key).length === 1 && Number(key._id) === 1
}

function sameKey(a: Doc, b: Doc): boolean {
  return JSON.stringify(Object.entries(a)) === JSON.stringify(Object.entries(b))
}
