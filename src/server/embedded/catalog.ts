import type { Doc } from './codec.js'

/** An index as it was asked for, and what is known of its entries. */
export interface IndexEntry {
  readonly id: number
  readonly name: string
  /** Path to direction (1, -1) or kind ('text', …), in order. */
  readonly key: Readonly<Record<string, unknown>>
  /** Every other option, as given: `listIndexes` repeats them. */
  readonly options: Doc
  /** A document had an array at one of the paths. */
  readonly multikey: boolean
  /** A code was too long and was cut: entries may be in disorder. */
  readonly cut: boolean
}

export interface CollectionEntry {
  readonly id: number
  /** `database.collection`. */
  readonly namespace: string
  readonly options: Doc
  readonly indexes: readonly IndexEntry[]
}

/** Which collections and indexes there are. Immutable: a transaction works on a successor, which counts when it commits. */
export interface Catalog {
  readonly nextId: number
  readonly collections: ReadonlyMap<string, CollectionEntry>
}

export const EMPTY_CATALOG: Catalog = { nextId: 1, collections: new Map() }

export function withCollection(catalog: Catalog, entry: CollectionEntry): Catalog {
  return {
    nextId: Math.max(catalog.nextId, entry.id + 1, ...entry.indexes.map((index) => index.id + 1)),
    collections: new Map(catalog.collections).set(entry.namespace, entry),
  }
}

export function withoutCollection(catalog: Catalog, namespace: string): Catalog {
  const collections = new Map(catalog.collections)
  collections.delete(namespace)
  return { nextId: catalog.nextId, collections }
}

export function catalogToDocument(catalog: Catalog): Doc {
  return { nextId: catalog.nextId, collections: [...catalog.collections.values()] }
}

export function catalogFromDocument(document: Doc): Catalog {
  const collections = document.collections as CollectionEntry[]
  return { nextId: document.nextId as number, collections: new Map(collections.map((entry) => [entry.namespace, entry])) }
}

/** The collections of one database, by name. */
export function collectionsOf(catalog: Catalog, database: string): CollectionEntry[] {
  return [...catalog.collections.values()].filter((entry) => entry.namespace.startsWith(`${database}.`))
}

/** The name of a collection without its database. */
export function collectionName(namespace: string): string {
  return namespace.slice(namespace.indexOf('.') + 1)
}
