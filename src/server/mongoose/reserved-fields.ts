import type { Model } from 'mongoose'
import { ValidationError } from '../../errors.js'

/** What Mongoose uses of a document while it is written; without a strict schema a field of that name would take its place. */
const reserved = /^(_doc|_exec.*|schema|save|isNew|set|get|markModified|modifiedPaths|validate|toObject)$/

/** Refuses names that a document of a schema with `strict: false` can't have as fields. Of a strict schema Mongoose drops them. */
export function refuseReserved(model: Model<Record<string, unknown>>, fields: readonly string[]): void {
  if (model.schema.get('strict') !== false) return
  const wrong = fields.filter((field) => field === '' || field.startsWith('$') || field.includes('.') || reserved.test(field))
  const bad = wrong.filter((field) => (model.schema.path(field) as unknown) === undefined)
  if (bad.length === 0) return
  const why = 'a document can have no field of this name'
  throw new ValidationError(
    `${bad.map((field) => JSON.stringify(field)).join(', ')}: ${why}`,
    Object.fromEntries(bad.map((field) => [field, why])),
  )
}
