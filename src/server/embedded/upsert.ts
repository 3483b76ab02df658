import { bsonType, isDocument } from '../../streams/internal/value-order.js'
import { copyValue, type Doc } from './codec.js'
import type { Update } from './update.js'
import { setAt } from './update-paths.js'

/** The document that an upsert inserts, its `_id` still open: what the filter demands by equality, then the update. */
export function upsertDocument(filter: unknown, update: Update): Doc {
  const base: Doc = {}
  demand(base, filter)
  return update.applyToNew(base)
}

function demand(base: Doc, filter: unknown): void {
  if (!isDocument(filter)) return
  for (const [key, condition] of Object.entries(filter)) {
    if ((key === '$and' || (key === '$or' && Array.isArray(condition) && condition.length === 1)) && Array.isArray(condition)) {
      for (const part of condition) demand(base, part)
    } else if (!key.startsWith('$')) {
      const value = demanded(condition)
      if (value !== undefined) setAt(base, key.split('.'), copyValue(value))
    }
  }
}

function demanded(condition: unknown): unknown {
  if (condition instanceof RegExp) return undefined
  if (!isDocument(condition) || bsonType(condition) !== undefined) return condition
  const keys = Object.keys(condition)
  if (!keys.some((key) => key.startsWith('$'))) return condition
  if (Object.hasOwn(condition, '$eq')) return condition.$eq
  return Array.isArray(condition.$in) && condition.$in.length === 1 ? condition.$in[0] : undefined
}
