import type { AnyModel } from '../internals.js'

/** By its shape: the application's classes may be those of another copy of Backbone. */
export function isModel(value: unknown): value is AnyModel {
  if (typeof value !== 'object' || value === null) return false
  const { cid, attributes } = value as { readonly cid?: unknown; readonly attributes?: unknown }
  return typeof cid === 'string' && typeof attributes === 'object' && attributes !== null
}
