import type { Key } from '../../../streams/event.js'
import { write } from '../../attributes.js'
import { type AnyCollection, type AnyModel, idAttributeOf, partsOf } from '../../internals.js'
import { attempt } from '../report.js'
import type { ItemAttributes } from './entry-codec.js'

/** What an item was, and is. */
export interface Change {
  readonly id: Key
  readonly before: ItemAttributes | undefined
  readonly now: ItemAttributes | undefined
}

const options = { parse: true }

/**
 * Shows changes, the newest last, by the fewest events: one `remove` for each item that is gone, one `add` for each that wasn't there, `change` for what differs. The newest
 * stands first, unless the collection has a comparator; models that move there tell nothing of it.
 */
export function show(collection: AnyCollection, changes: readonly Change[]): void {
  const removed: AnyModel[] = []
  const added: AnyModel[] = []
  const changed: { readonly model: AnyModel; readonly change: Change }[] = []
  for (const change of changes) {
    const model = modelOf(collection, change.id)
    if (model === false) continue
    if (change.now === undefined) {
      if (model !== undefined) removed.push(model)
    } else if (model === undefined) {
      // One at a time: a model that can't be made must not take the others along.
      attempt(() => {
        const made = partsOf(collection)._prepareModel(withId(collection, change.now!), options)
        if (made) added.push(made)
      })
    } else changed.push({ model, change })
  }
  if (removed.length > 0) attempt(() => collection.remove(removed))
  if (!collection.comparator) toFront(collection, changed.map(({ model }) => model).reverse())
  if (added.length > 0) attempt(() => collection.add(added.reverse(), { ...options, ...(!collection.comparator && { at: 0 }) }))
  if (!collection.comparator && added.length > 0 && changed.length > 0) arrange(collection, changes)
  for (const { model, change } of changed) {
    attempt(() => {
      update(model, change)
    })
  }
}

/** An item as the attributes of a model. */
export function withId(collection: AnyCollection, item: ItemAttributes): ItemAttributes {
  const name = idAttributeOf(collection)
  return name === 'id' ? item : { ...item, [name]: item['id'] }
}

/** `false` if Backbone would take another thing for the model: a `cid`, or what every object has. */
function modelOf(collection: AnyCollection, id: Key): AnyModel | undefined | false {
  const found = partsOf(collection).get(id) as unknown
  if (found === undefined || found === null) return undefined
  return String((found as { readonly id?: unknown }).id) === id ? (found as AnyModel) : false
}

function update(model: AnyModel, { before, now }: Change): void {
  const values = parsed(model, now!)
  const gone = Object.keys(before === undefined ? {} : parsed(model, before)).filter(
    (name) => !Object.hasOwn(values, name) && Object.hasOwn(model.attributes as object, name) && name !== model.idAttribute,
  )
  write(model, { values: { ...values, ...Object.fromEntries(gone.map((name) => [name, undefined])) }, gone }, options)
}

function parsed(model: AnyModel, item: ItemAttributes): ItemAttributes {
  return (model.parse({ ...item }, options) ?? {}) as ItemAttributes
}

/** When some were added and others moved: in the order of the changes. */
function arrange(collection: AnyCollection, changes: readonly Change[]): void {
  toFront(collection, changes.flatMap(({ id, now }) => (now && modelOf(collection, id)) || []).reverse())
}

function toFront(collection: AnyCollection, first: readonly AnyModel[]): void {
  const { models } = collection
  if (first.every((model, index) => models[index] === model)) return
  const moved = new Set(first)
  const order = [...first, ...models.filter((model) => !moved.has(model))]
  order.forEach((model, index) => {
    models[index] = model
  })
}
