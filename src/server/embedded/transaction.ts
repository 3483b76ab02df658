import type { Transaction as ReadTransaction } from 'lmdb'
import type { Catalog, CollectionEntry } from './catalog.js'
import type { Doc } from './codec.js'
import { codesOf, keyValueOf } from './indexes.js'
import { duplicateKey, writeConflict } from './server-errors.js'
import type { Store } from './store.js'
import { TableReader } from './tables.js'
import type { DocumentWrite, Overlay, Work } from './view.js'
import type { WriteUnit } from './write-unit.js'

interface Pending extends DocumentWrite {
  readonly entry: CollectionEntry
}

/**
 * A session's transaction: a snapshot of the store (one of LMDB's read transactions, which can last while a write transaction can't) and an overlay of what was written.
 * At the commit each document written must still be what the snapshot had.
 */
export class OverlayTransaction extends TableReader implements Work, Disposable {
  private readonly pending = new Map<string, Map<string, Pending>>()
  /** Values of the overlay's documents in unique indexes: index and code to id. */
  private readonly unique = new Map<string, string>()
  private readonly created = new Map<string, CollectionEntry>()

  static begin(store: Store): OverlayTransaction {
    return new OverlayTransaction(store, store.environment.documents.useReadTransaction(), store.collections())
  }

  private constructor(
    private readonly store: Store,
    private readonly snapshot: ReadTransaction,
    private readonly catalog: Catalog,
  ) {
    super(store.environment, snapshot)
  }

  collection(namespace: string): CollectionEntry | undefined {
    return this.catalog.collections.get(namespace) ?? this.created.get(namespace)
  }

  ensureCollection(namespace: string): CollectionEntry {
    const known = this.collection(namespace)
    if (known !== undefined) return known
    // Number 0 is nobody's: the commit creates the collection.
    const entry: CollectionEntry = { id: 0, namespace, options: {}, indexes: [] }
    this.created.set(namespace, entry)
    return entry
  }

  override document(entry: CollectionEntry, id: Buffer): Buffer | undefined {
    const own = this.pending.get(entry.namespace)?.get(id.toString('latin1'))
    return own === undefined ? super.document(entry, id) : own.after && Buffer.from(own.after.bytes)
  }

  overlay(namespace: string): Overlay | undefined {
    const own = this.pending.get(namespace)
    if (own === undefined) return undefined
    return {
      hides: (id) => own.has(id.toString('latin1')),
      *documents() {
        for (const { after } of own.values()) if (after !== undefined) yield Buffer.from(after.bytes)
      },
    }
  }

  checkUnique(entry: CollectionEntry, id: Buffer, document: Doc): void {
    const own = this.pending.get(entry.namespace)
    const text = id.toString('latin1')
    for (const index of entry.indexes) {
      if (index.options.unique !== true) continue
      const { codes, cut } = codesOf(index, document)
      // Long values differ behind the cut, perhaps: the commit looks there.
      if (cut) continue
      for (const code of codes) {
        const holder = this.unique.get(`${index.id}:${code.toString('latin1')}`)
        if (holder !== undefined && holder !== text) throw duplicateKey(entry, index, keyValueOf(index, document))
        for (const found of this.entries(index, { low: code, high: code }, false)) {
          if (found.id.equals(id) || found.key.length !== 4 + code.length + found.id.length) continue
          if (!own?.has(found.id.toString('latin1'))) throw duplicateKey(entry, index, keyValueOf(index, document))
        }
      }
    }
  }

  write(entry: CollectionEntry, write: DocumentWrite): void {
    const text = write.id.toString('latin1')
    let own = this.pending.get(entry.namespace)
    if (own === undefined) this.pending.set(entry.namespace, (own = new Map<string, Pending>()))
    const earlier = own.get(text)
    const before = earlier === undefined ? write.before : earlier.before
    if (earlier === undefined) this.checkUnchanged(entry, write.id, before)
    for (const index of entry.indexes) {
      if (index.options.unique !== true) continue
      for (const code of earlier?.after ? codesOf(index, earlier.after.document).codes : []) {
        this.unique.delete(`${index.id}:${code.toString('latin1')}`)
      }
      for (const code of write.after ? codesOf(index, write.after.document).codes : []) {
        this.unique.set(`${index.id}:${code.toString('latin1')}`, text)
      }
    }
    own.set(text, { entry, id: write.id, before, after: write.after, operation: operationOf(before, write) })
  }

  /** All or nothing. Throws a write conflict (112) or a duplicate key (11000); then nothing has happened. */
  commit(): void {
    try {
      if (this.pending.size > 0) this.store.write((unit) => this.apply(unit), true)
    } finally {
      this[Symbol.dispose]()
    }
  }

  [Symbol.dispose](): void {
    this.pending.clear()
    this.unique.clear()
    if (!this.ended) this.snapshot.done()
    this.ended = true
  }
  private ended = false

  private apply(unit: WriteUnit): void {
    const writes = [...this.pending.values()].flatMap((own) => [...own.values()]).filter((write) => write.before ?? write.after)
    for (const write of writes) {
      const entry = unit.ensureCollection(write.entry.namespace)
      const now = unit.document(entry, write.id)
      if (!sameBytes(now, write.before)) throw writeConflict(entry.namespace)
      unit.write(entry, write)
    }
    // Only when all is written, so that values of a unique index may pass between documents.
    for (const { entry, id, after } of writes) {
      if (after !== undefined) unit.checkUnique(unit.ensureCollection(entry.namespace), id, after.document)
    }
  }

  /** A document that another commit changed since the snapshot can't be written any more: better said now than at the commit. */
  private checkUnchanged(entry: CollectionEntry, id: Buffer, before: Buffer | undefined): void {
    const now = this.store.collection(entry.namespace)
    const committed = now && this.store.document(now, id)
    if (!sameBytes(committed, before)) throw writeConflict(entry.namespace)
  }
}

function operationOf(before: Buffer | undefined, write: DocumentWrite): DocumentWrite['operation'] {
  if (before === undefined) return 'insert'
  if (write.after === undefined) return 'delete'
  return write.operation === 'update' ? 'update' : 'replace'
}

function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b)
}
