import type { Key } from '../streams/event.js'
import { type AnyCollection, type AnyModel, type CollectionParts, idAttributeOf, hasOriginal, isModel, partsOf } from './internals.js'

/** An item of the feed and the model that shows it, if one does. */
export interface Row<T> {
  model: AnyModel | undefined
  item: T
}

/** Rows in the order in which the items came. */
export type Snapshot<T> = Map<Key, Row<T>>

/**
 * What the feed has, by key. Models are found here and not by the collection's own table alone, in which a key may meet a `cid`, a method of
 * `Object.prototype` or an id that `modelId` made.
 */
export class Rows<T extends object> implements Iterable<readonly [Key, Row<T>]> {
  private rows: Snapshot<T> = new Map()
  private readonly parts: CollectionParts

  constructor(private readonly collection: AnyCollection) {
    this.parts = partsOf(collection)
  }

  get size(): number {
    return this.rows.size
  }

  get(key: Key): Row<T> | undefined {
    return this.rows.get(key)
  }

  set(key: Key, model: AnyModel | undefined, item: T, row = this.rows.get(key)): void {
    if (row === undefined) this.rows.set(key, { model, item })
    else {
      row.model = model
      row.item = item
    }
  }

  delete(key: Key): void {
    this.rows.delete(key)
  }

  [Symbol.iterator](): IterableIterator<[Key, Row<T>]> {
    return this.rows.entries()
  }

  /** Makes `snapshot` the rows; `models` is what Backbone returned for them, one each but for those `skipped`, as far as it did. */
  take(snapshot: Snapshot<T>, skipped: ReadonlySet<Key>, models: readonly unknown[]): void {
    this.rows = snapshot
    let index = 0
    for (const [key, row] of snapshot) {
      if (skipped.has(key)) continue
      const model = models[index++]
      row.model = isModel(model) ? model : this.find(key, row.item)
    }
  }

  /** The model in the collection that shows this item. */
  modelOf(key: Key, item: T, row = this.rows.get(key)): AnyModel | undefined {
    const model = row?.model
    return model !== undefined && this.holds(model) ? model : this.find(key, item)
  }

  /** Whether `model` is in the collection. */
  holds(model: AnyModel): boolean {
    return this.parts._byId[model.cid] === model || this.parts.get(model) === model
  }

  private find(key: Key, item: T): AnyModel | undefined {
    const { parts } = this
    const model: unknown = hasOriginal(this.collection, 'modelId', 'get')
      ? parts._byId[key]
      : parts.get({ ...item, [idAttributeOf(this.collection)]: key })
    if (model === undefined) return undefined
    return isModel(model) && String(model.get(model.idAttribute)) === key && parts.get(model) === model ? model : undefined
  }
}
