import type { Catalog, CollectionEntry, IndexEntry } from './catalog.js'
import { withCollection, withoutCollection } from './catalog.js'
import type { PendingChange } from './changelog.js'
import { decodeDocument, type Doc } from './codec.js'
import type { Environment } from './environment.js'
import { codesOf, cutCode, entryKey, entryRange, keyValueOf } from './indexes.js'
import { duplicateKey } from './server-errors.js'
import { documentKey, TableReader, wholeRange } from './tables.js'
import type { DocumentWrite, Work } from './view.js'

/** One LMDB transaction in the making: writes go to the tables at once, the catalogue and the change log follow when it ends. */
export class WriteUnit extends TableReader implements Work {
  readonly changes: PendingChange[] = []
  /** By how much each collection grew. */
  readonly growth = new Map<string, number>()
  readonly dropped = new Set<string>()

  constructor(
    environment: Environment,
    public catalog: Catalog,
  ) {
    super(environment)
  }

  collection(namespace: string): CollectionEntry | undefined {
    return this.catalog.collections.get(namespace)
  }

  ensureCollection(namespace: string, options: Doc = {}): CollectionEntry {
    const known = this.collection(namespace)
    if (known !== undefined) return known
    const entry: CollectionEntry = { id: this.catalog.nextId, namespace, options, indexes: [] }
    this.catalog = withCollection(this.catalog, entry)
    return entry
  }

  checkUnique(entry: CollectionEntry, id: Buffer, document: Doc): void {
    for (const index of entry.indexes) if (index.options.unique === true) this.checkIndex(entry, index, id, document)
  }

  private checkIndex(entry: CollectionEntry, index: IndexEntry, id: Buffer, document: Doc): void {
    const { codes, cut } = codesOf(index, document)
    for (const code of codes) {
      const { start } = entryRange(index, code, code)
      for (const found of this.entries(index, { low: code, high: code }, false)) {
        // Behind a cut code, or one that only begins alike, the entry is of other values.
        if (found.id.equals(id) || found.key.length !== start.length + found.id.length) continue
        if (cut && !this.sharesLongCode(entry, index, found.id, document)) continue
        throw duplicateKey(entry, index, keyValueOf(index, document))
      }
    }
  }

  /** Whether two documents whose codes are equal up to the cut are equal behind it too. */
  private sharesLongCode(entry: CollectionEntry, index: IndexEntry, id: Buffer, document: Doc): boolean {
    const other = this.document(entry, id)
    return other !== undefined && JSON.stringify(keyValueOf(index, decodeDocument(other))) === JSON.stringify(keyValueOf(index, document))
  }

  write(given: CollectionEntry, write: DocumentWrite): void {
    const { id, before, after, operation } = write
    const entry = this.updateIndexes(this.collection(given.namespace)!, write)
    const key = documentKey(entry.id, id)
    if (after === undefined) void this.environment.documents.remove(key)
    else void this.environment.documents.put(key, after.bytes)
    const growth = (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1)
    if (growth !== 0) this.growth.set(entry.namespace, (this.growth.get(entry.namespace) ?? 0) + growth)
    this.changes.push({ operation, namespace: entry.namespace, document: after?.bytes, previous: before })
  }

  private updateIndexes(entry: CollectionEntry, { id, before, after }: DocumentWrite): CollectionEntry {
    if (entry.indexes.length === 0) return entry
    const old = before === undefined ? undefined : decodeDocument(before)
    let current = entry
    for (const index of entry.indexes) {
      const gone = new Map((old === undefined ? [] : codesOf(index, old).codes).map((code) => [code.toString('latin1'), code]))
      if (after !== undefined) current = this.addEntries(current, index, id, after.document, gone)
      for (const code of gone.values()) void this.environment.indexes.remove(entryKey(index, code, id))
    }
    return current
  }

  /** Adds the entries of a document; takes those that stand already out of `standing`. */
  addEntries(entry: CollectionEntry, index: IndexEntry, id: Buffer, document: Doc, standing?: Map<string, Buffer>): CollectionEntry {
    const { codes, multikey, cut } = codesOf(index, document)
    for (const code of codes) {
      if (standing?.delete(code.toString('latin1'))) continue
      void this.environment.indexes.put(entryKey(index, cutCode(code), id), id)
    }
    if ((!multikey || index.multikey) && (!cut || index.cut)) return entry
    const wider = { multikey: index.multikey || multikey, cut: index.cut || cut }
    return this.replaceEntry({
      ...entry,
      indexes: entry.indexes.map((other) => (other.id === index.id ? { ...other, ...wider } : other)),
    })
  }

  replaceEntry(entry: CollectionEntry): CollectionEntry {
    this.catalog = withCollection(this.catalog, entry)
    return entry
  }

  dropCollection(entry: CollectionEntry): void {
    for (const key of [...this.environment.documents.getKeys(wholeRange(entry.id))]) void this.environment.documents.remove(key)
    for (const index of entry.indexes) this.clearIndex(index)
    this.catalog = withoutCollection(this.catalog, entry.namespace)
    this.growth.delete(entry.namespace)
    this.dropped.add(entry.namespace)
    this.changes.push({ operation: 'drop', namespace: entry.namespace, document: undefined, previous: undefined })
  }

  clearIndex(index: IndexEntry): void {
    for (const key of [...this.environment.indexes.getKeys(wholeRange(index.id))]) void this.environment.indexes.remove(key)
  }
}
