import type { ClientSession, HydratedDocument, Model } from 'mongoose'
import { MissingError } from '../../errors.js'
import type { Write, WriteGuard } from '../hub/channel-store.js'
import { randomId } from '../../streams/internal/random-id.js'
import { type Item, toItem } from './items.js'

type AnyModel = Model<Record<string, unknown>>
type Document = HydratedDocument<Record<string, unknown>>

/**
 * Carries out one write through Mongoose: defaults, casting, validation and hooks of `save` and `deleteOne` on the document.
 * Returns the document as it was stored, or removed. Errors are Mongoose's own, and what the guard throws.
 */
export async function writeDocument(
  model: AnyModel,
  write: Write,
  guard: WriteGuard,
  session: ClientSession | undefined,
): Promise<Document> {
  const within = session === undefined ? {} : { session }
  const found = write.id === undefined ? null : await model.findById(write.id, null, within)
  if (write.type === 'publish' && found === null) return create(model, write.id, write.item, guard, within)
  if (write.type === 'publish' && write.create) throw new TakenError(write.id!)
  if (found === null) throw new MissingError(`${write.type}: there is no ${model.modelName} ${JSON.stringify(write.id)}`)
  const before = itemOf(found)
  guard.see(before)
  if (write.type === 'retract') {
    guard.retract(before)
    await found.deleteOne(within)
    return found
  }
  if (write.type === 'patch') {
    for (const [field, value] of Object.entries(write.set)) found.set(field, value)
    for (const field of write.unset) found.set(field, undefined)
  } else replaceFields(model, found, write.item, guard)
  // Before the rule is asked: a value that can't be cast isn't in the document, and is what the client should hear of.
  await found.validate()
  guard.patch(before, itemOf(found))
  await found.save(within)
  return found
}

/** The id to create is in use. */
export class TakenError extends Error {
  constructor(readonly id: string) {
    super(`an item ${JSON.stringify(id)} exists already`)
  }
}

/** A document as an item: without getters, virtuals and transforms, as the feeds have it. */
export function itemOf(document: Document): Item {
  return toItem(document.toObject({ getters: false, virtuals: false, transform: false, depopulate: true, flattenMaps: true }))
}

async function create(
  model: AnyModel,
  id: string | undefined,
  item: Item,
  guard: WriteGuard,
  within: { session?: ClientSession },
): Promise<Document> {
  const key = id ?? (model.schema.path('_id').instance === 'String' ? randomId() : undefined)
  const document = new model({ ...item, ...(key !== undefined && { _id: key }) })
  await document.validate()
  guard.create(itemOf(document))
  await document.save(within)
  return document
}

/** Makes the writable fields of `document` those of `item`; the others stay. */
function replaceFields(model: AnyModel, document: Document, item: Item, guard: WriteGuard): void {
  const fields = new Set(Object.keys(model.schema.paths).map((path) => path.split('.', 1)[0]!))
  for (const field of [...fields, ...Object.keys(item)]) {
    if (field !== '_id' && field !== '__v' && guard.isWritable(field)) document.set(field, item[field])
  }
}
