import type { Key } from '../streams/event.js'
import {
  type AnyCollection,
  type AnyModel,
  idAttributeOf,
  isModel,
  hasOriginal,
  partsOf,
  setsOriginally,
  hearsChange,
  type SetOptions,
} from './internals.js'

type Values = Record<string, unknown>

/** What is to be set on a model, and which of it is to be gone afterwards. */
export interface Update {
  readonly values: Readonly<Values>
  readonly gone: readonly string[]
}

const none: readonly string[] = []
const unheard: SetOptions = { silent: true }

/** Turns items into attributes: the key written into the id attribute, `parse` honoured. */
export class Attributes<T extends object> {
  constructor(
    private readonly collection: AnyCollection,
    /** Attributes of this item that aren't shown now. */
    private readonly masked?: (key: Key) => ReadonlySet<string> | undefined,
  ) {}

  /** What a model for `item` is made from: the item itself where it carries its key. */
  forNew(key: Key, item: T): object {
    const name = idAttributeOf(this.collection)
    const id = (item as Values)[name]
    return id === key || String(id) === key ? item : { ...item, [name]: key }
  }

  /** What Backbone's `set` may be given for a model that may exist. */
  forMerge(key: Key, item: T): object {
    const attributes = this.forNew(key, item)
    const masked = this.masked?.(key)
    return masked === undefined ? attributes : Object.fromEntries(Object.entries(attributes).filter(([name]) => !masked.has(name)))
  }

  /** Makes sure that a model made by `parse` of its own has its id. */
  identify(model: AnyModel, key: Key): void {
    if (model.id !== key && String(model.get(model.idAttribute)) !== key) model.set({ [model.idAttribute]: key }, { silent: true })
  }

  /**
   * What of `item` differs from the model, so that `set` has less to compare and the same events to send; all of it where `set` is
   * replaced. Attributes that the previous item had and this one hasn't are unset.
   */
  update(model: AnyModel, key: Key, item: T, previous: T | undefined, options: SetOptions): Update {
    const parsed = options.parse === true
    const source = (parsed ? (model.parse(item, options) ?? {}) : item) as Values
    const current = model.attributes as Values
    const prune = setsOriginally(model)
    const masked = this.masked?.(key)
    const values: Values = {}
    for (const name in source) {
      const value = source[name]
      if ((prune && Object.is(current[name], value)) || name === '__proto__' || masked?.has(name) === true) continue
      values[name] = value
    }
    const { idAttribute } = model
    if (current[idAttribute] !== key && String(source[idAttribute]) !== key) values[idAttribute] = key
    if (previous === undefined || !losesKeys(previous, item)) return { values, gone: none }
    const before = (parsed ? (model.parse(previous, options) ?? {}) : previous) as Values
    const gone = Object.keys(before).filter(
      (name) => !Object.hasOwn(source, name) && Object.hasOwn(current, name) && name !== idAttribute && masked?.has(name) !== true,
    )
    for (const name of gone) values[name] = undefined
    return { values, gone }
  }

  /** Whether Backbone's own `parse` of a whole list is to be kept from seeing items: a feed has no envelope. */
  parsesEach(options: SetOptions): boolean {
    return options.parse === true && !hasOriginal(this.collection, 'parse')
  }

  /** A model made as the collection makes it, or `undefined` if it isn't valid. */
  make(key: Key, input: object, options: SetOptions): AnyModel | undefined {
    const model = partsOf(this.collection)._prepareModel(input, options)
    if (model === false) return undefined
    // One that is there already has been given its id, or is another collection's and may have none yet.
    if (!isModel(input)) this.identify(model, key)
    return model
  }
}

/** Sets an update: one `change` for all of it, made only where somebody but `self` hears it. */
export function write(model: AnyModel, { values, gone }: Update, options: SetOptions, self?: object): void {
  const state = model as unknown as { _changing?: boolean; _pending?: unknown }
  const nested = state._changing === true
  const isHeard = nested || options.validate === true || hearsChange(model, self)
  try {
    model.set(values, isHeard ? options : unheard)
  } catch (error) {
    // After a listener that throws, Backbone takes the model for changing for ever, and it would never tell a change again.
    if (!nested) state._changing = state._pending = false
    throw error
  } finally {
    for (const name of gone) if (model.attributes[name] === undefined) Reflect.deleteProperty(model.attributes as object, name)
  }
}

function losesKeys(previous: object, item: object): boolean {
  for (const name in previous) if ((item as Values)[name] === undefined && !Object.hasOwn(item, name)) return true
  return false
}
