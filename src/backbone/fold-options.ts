import type { Key } from '../streams/event.js'
import type { AnyModel, SetOptions } from './internals.js'

/** What the owner of a fold may decide about single items. */
export interface FoldHooks<T> {
  /** A model that already stands for this new item though the collection doesn't find it by its id. */
  adopt?(key: Key, item: T): AnyModel | undefined
  /** The model that this item was made from: it is shown as it is and never written to. */
  source?(item: T): AnyModel | undefined
  /** Attributes of this item that aren't shown now. */
  masked?(key: Key): ReadonlySet<string> | undefined
  /** The item isn't to be shown anew, and its model isn't to be removed: its owner does that. */
  hidden?(key: Key): boolean
  /** Models that stay though the feed doesn't have them. */
  kept?(): readonly AnyModel[]
}

/** Nothing decided. */
export const noHooks: FoldHooks<never> = {}

/** How a fold is done. */
export interface FoldOptions {
  /** Who orders the models: the feed, if it is ordered (default), or always the collection: by its comparator, else by arrival. */
  readonly order?: 'feed' | 'collection'
  /** Handed to Backbone as the options of each operation, and so to every listener; `parse`, `validate`, `silent` act as in Backbone's `set`. */
  readonly setOptions?: Readonly<SetOptions>
}
