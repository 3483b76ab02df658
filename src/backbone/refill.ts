import { type AnyCollection, type AnyModel, partsOf, type SetOptions } from './internals.js'

/**
 * Does what Backbone's `reset` does, but for its search for doubles, which is a third of the work: the inputs have ids of their own.
 * Returns what became of each.
 */
export function refill(collection: AnyCollection, inputs: readonly object[], options: SetOptions): (AnyModel | false)[] {
  const parts = partsOf(collection)
  options = { ...options, previousModels: parts.models }
  const silently = { ...options, add: true, remove: false, merge: false, silent: true }
  parts.reset([], silently)
  const { models } = parts
  const results = inputs.map((input) => {
    const model = parts._prepareModel(input, silently)
    if (model !== false) {
      models.push(model)
      parts._addReference(model, silently)
    }
    return model
  })
  parts.length = models.length
  if (parts.comparator && options.sort !== false) parts.sort({ silent: true })
  parts.trigger('reset', collection, options)
  return results
}
