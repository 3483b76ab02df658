import mongoose, { type Model } from 'mongoose'
import type { Filter } from '../../streams/query.js'
import type { Item } from './items.js'

/**
 * A filter on items as a filter on documents: where the schema has ObjectIds, their texts become ObjectIds. A text that is none
 * matches nothing at either place.
 */
export function storeFilter(model: Model<never>, filter: Filter<Item>): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  for (const [key, condition] of Object.entries(filter as Record<string, unknown>)) {
    if (key.startsWith('$')) fields[key] = (condition as Filter<Item>[]).map((part) => storeFilter(model, part))
    else fields[key] = holdsObjectIds(model, key) ? castIds(condition) : condition
  }
  return fields
}

function holdsObjectIds(model: Model<never>, path: string): boolean {
  const type = model.schema.path(path) as { instance?: string; embeddedSchemaType?: { instance?: string } } | undefined
  return type?.instance === 'ObjectId' || type?.embeddedSchemaType?.instance === 'ObjectId'
}

function castIds(value: unknown): unknown {
  if (typeof value === 'string') return /^[0-9a-f]{24}$/.test(value) ? new mongoose.Types.ObjectId(value) : value
  if (Array.isArray(value)) return value.map(castIds)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, operand]) => [name, castIds(operand)]))
}

/** What every item of a discriminator's model has. */
export function discriminatorFilter(model: Model<never>): Filter<Item> | undefined {
  const { discriminatorMapping: mapping } = model.schema as { discriminatorMapping?: { key: string; value: string; isRoot: boolean } }
  return mapping === undefined || mapping.isRoot ? undefined : { [mapping.key]: mapping.value }
}
