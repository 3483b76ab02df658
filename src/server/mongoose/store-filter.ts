import mongoose, { type Model } from 'mongoose'
import type { Filter } from '../../streams/query.js'
import type { Item } from './items.js'

type Conditions = Readonly<Record<string, unknown>>
/** What a path holds: ids, which items have as text; values that are the same at both places; or nobody knows what. */
type Holds = 'ids' | 'values' | 'anything'
type Schema = (path: string) => Holds

/**
 * A filter on items as a filter on documents: where the schema has ObjectIds, their texts become ObjectIds; where anything may stand, both are
 * looked for. What can't be said of documents (an order or a part of an id's text, `_id`, which items don't have) is left out, so that the
 * result matches what `filter` does, or more: whoever reads by it asks `filter` again.
 */
export function storeFilter(model: Model<never>, filter: Filter<Item>): Record<string, unknown> {
  return translated((path) => holdsAt(model, path), filter).filter
}

function translated(schema: Schema, filter: Conditions): { filter: Record<string, unknown>; exact: boolean } {
  const result: Record<string, unknown> = {}
  let exact = true
  for (const [key, condition] of Object.entries(filter)) {
    if (key.startsWith('$')) {
      const parts = (condition as Conditions[]).map((part) => translated(schema, part))
      const same = parts.every((part) => part.exact)
      exact &&= same
      // The opposite of more would be less.
      if (same || key !== '$nor') result[key] = parts.map((part) => part.filter)
      continue
    }
    const own = conditionAt(schema, key, condition)
    if (own === undefined) exact = false
    else result[key] = own
  }
  return { filter: result, exact }
}

/** The same condition on documents; `undefined` if there is none. */
function conditionAt(schema: Schema, path: string, condition: unknown): unknown {
  if (/^(_id|__v)(\.|$)/.test(path)) return undefined
  const holds = schema(path)
  if (holds === 'values') return condition
  if (!isOperators(condition)) {
    const values = equalTo(holds, condition)
    return values === undefined || values.length === 1 ? values?.[0] : { $in: values }
  }
  const result: Record<string, unknown> = {}
  for (const [name, operand] of Object.entries(condition)) {
    const own = operatorAt(schema, path, holds, name, operand)
    if (own === undefined || Object.hasOwn(result, own[0])) return undefined
    result[own[0]] = own[1]
  }
  return result
}

function operatorAt(schema: Schema, path: string, holds: Holds, name: string, operand: unknown): readonly [string, unknown] | undefined {
  switch (name) {
    case '$eq':
    case '$ne': {
      const values = equalTo(holds, operand)
      if (values === undefined || values.length === 1) return values && [name, values[0]]
      return [name === '$eq' ? '$in' : '$nin', values]
    }
    case '$in':
    case '$nin': {
      const values = (operand as unknown[]).map((value) => equalTo(holds, value))
      return values.includes(undefined) ? undefined : [name, values.flat()]
    }
    case '$all': {
      const values = (operand as unknown[]).map((value) => (isOperators(value) ? undefined : equalTo(holds, value)))
      return values.every((value) => value?.length === 1) ? [name, values.flat()] : undefined
    }
    case '$gt':
    case '$gte':
    case '$lt':
    case '$lte':
      return typeof operand === 'string' || (typeof operand === 'object' && operand !== null && !(operand instanceof Date))
        ? undefined
        : [name, operand]
    case '$exists':
    case '$size':
    case '$mod':
      return [name, operand]
    case '$not': {
      const inner = operand instanceof RegExp ? undefined : conditionAt(schema, path, operand)
      return inner === undefined ? undefined : [name, inner]
    }
    case '$elemMatch': {
      const [first = ''] = Object.keys(operand as object)
      if (first.startsWith('$') && !/^\$(and|or|nor)$/.test(first)) {
        const inner = conditionAt(schema, path, operand)
        return inner === undefined ? undefined : [name, inner]
      }
      const { filter, exact } = translated((below) => schema(`${path}.${below}`), operand as Conditions)
      return exact ? [name, filter] : undefined
    }
    default:
      return undefined
  }
}

/** What documents have where items have `value`. */
function equalTo(holds: Holds, value: unknown): readonly unknown[] | undefined {
  if (isHexId(value)) return holds === 'ids' ? [new mongoose.Types.ObjectId(value)] : [value, new mongoose.Types.ObjectId(value)]
  if (value instanceof RegExp) return undefined
  if (typeof value !== 'object' || value === null || value instanceof Date) return [value]
  if (!holdsHexId(value)) return [value]
  const ids = Array.isArray(value) && holds === 'ids' ? value.map((element) => (isHexId(element) ? new mongoose.Types.ObjectId(element) : element as unknown)) : undefined // prettier-ignore
  return ids && !ids.some(holdsHexId) ? [ids] : undefined
}

function holdsHexId(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return isHexId(value)
  return '_bsontype' in value ? false : Object.values(value).some(holdsHexId)
}

function isHexId(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{24}$/.test(value)
}

function isOperators(value: unknown): value is Conditions {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return false
  return Object.keys(value).some((key) => key.startsWith('$'))
}

const scalars = new Set(['String', 'Number', 'Date', 'Boolean', 'Buffer', 'BigInt', 'Decimal128', 'Int32', 'Double', 'UUID'])

function holdsAt(model: Model<never>, path: string): Holds {
  const type = model.schema.path(path) as { instance?: string; embeddedSchemaType?: { instance?: string } } | undefined
  const instance = type?.instance === 'Array' ? type.embeddedSchemaType?.instance : type?.instance
  return instance === 'ObjectId' ? 'ids' : scalars.has(instance ?? '') ? 'values' : 'anything'
}

/** What every item of a discriminator's model has. */
export function discriminatorFilter(model: Model<never>): Filter<Item> | undefined {
  const { discriminatorMapping: mapping } = model.schema as { discriminatorMapping?: { key: string; value: string; isRoot: boolean } }
  return mapping === undefined || mapping.isRoot ? undefined : { [mapping.key]: mapping.value }
}
