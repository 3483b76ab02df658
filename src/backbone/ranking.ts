import { type AnyCollection, type AnyModel, partsOf } from './internals.js'

/** A collection's comparator, split so that the key of a model in search is made only once. */
export interface Ranking {
  key(model: AnyModel): unknown
  compare(a: unknown, b: unknown): number
  /** The attribute whose change alone can move a model; `null` if any change may. */
  readonly attribute: string | null
}

/** How `sort` of Backbone would rank the models of `collection`, or `undefined` without a comparator. */
export function rankingOf(collection: AnyCollection): Ranking | undefined {
  const { comparator } = partsOf(collection)
  if (comparator === undefined || comparator === false || comparator === '') return undefined
  if (typeof comparator === 'string') {
    return { key: (model): unknown => model.get(comparator), compare: compareCriteria, attribute: comparator }
  }
  const bound = comparator.bind(collection) as (a: AnyModel, b?: AnyModel) => unknown
  if (comparator.length === 1) return { key: (model) => bound(model), compare: compareCriteria, attribute: null }
  return { key: (model) => model, compare: bound as Ranking['compare'], attribute: null }
}

/** Whether setting `values` may give a model another rank. */
export function mayShift(model: AnyModel, values: Readonly<Record<string, unknown>>, { attribute }: Ranking): boolean {
  return attribute === null || (Object.hasOwn(values, attribute) && values[attribute] !== model.get(attribute))
}

/** The order of criteria in underscore's `sortBy`, which Backbone sorts with: `undefined` last. */
function compareCriteria(a: unknown, b: unknown): number {
  if (a === b) return 0
  const [x, y] = [a as number, b as number]
  if (x > y || a === undefined) return 1
  if (x < y || b === undefined) return -1
  return 0
}

/** Whether `models` are in order, leaving some out. O(n). */
export function isRanked(models: readonly AnyModel[], ranking: Ranking, skipped?: ReadonlySet<AnyModel>): boolean {
  let before: unknown
  let first = true
  for (const model of models) {
    if (skipped?.has(model) === true) continue
    const key = ranking.key(model)
    if (!first && ranking.compare(before, key) > 0) return false
    before = key
    first = false
  }
  return true
}

/** The first index whose key is not less (`equal`: greater) than `key`. */
function bound(models: readonly AnyModel[], key: unknown, ranking: Ranking, equal: boolean): number {
  let low = 0
  let high = models.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const order = ranking.compare(key, ranking.key(models[middle]!))
    if (order > 0 || (equal && order === 0)) low = middle + 1
    else high = middle
  }
  return low
}

/** The index of `model` in ranked models by bisection; by search where the order deceives. */
export function indexOfRanked(models: readonly AnyModel[], model: AnyModel, ranking: Ranking): number {
  const key = ranking.key(model)
  for (let index = bound(models, key, ranking, false), end = index + 64; index < models.length && index < end; index++) {
    if (models[index] === model) return index
    if (ranking.compare(key, ranking.key(models[index]!)) !== 0) break
  }
  return models.indexOf(model)
}

/** Puts the one member whose rank may have changed where a stable sort would, in place. O(log n) comparisons. */
export function rerank(models: AnyModel[], from: number, ranking: Ranking): void {
  if (isRanked(models.slice(from && from - 1, from + 2), ranking)) return
  const [model] = models.splice(from, 1)
  insertRanked(models, [{ model: model!, gap: from }], ranking)
}

/** A model to be put into ranked ones; `gap` is how many of those stood before it, which decides between equals. */
export interface Loose {
  readonly model: AnyModel
  readonly gap: number
}

/** Up to here single insertions are cheaper than building the list anew. */
const fewInsertions = 12

/**
 * The ranked list with the loose models in it, as a stable sort of all would give it; in place where they are few.
 * O(k log n) comparisons.
 */
export function insertRanked(models: AnyModel[], loose: readonly Loose[], ranking: Ranking): void {
  const entries = loose.map(({ model, gap }) => {
    const key = ranking.key(model)
    return { model, gap, key, at: placeOf(models, key, gap, ranking) }
  })
  entries.sort((a, b) => ranking.compare(a.key, b.key) || a.gap - b.gap || 0)
  if (entries.length <= fewInsertions) {
    entries.forEach(({ model, at }, before) => models.splice(at + before, 0, model))
    return
  }
  let from = models.length - 1
  for (const { model } of entries) models.push(model)
  // From the end, so that nobody is overwritten before they have moved.
  for (let to = models.length - 1, last = entries.pop(); last !== undefined; to--) {
    if (from >= last.at) models[to] = models[from--]!
    else {
      models[to] = last.model
      last = entries.pop()
    }
  }
}

function placeOf(models: readonly AnyModel[], key: unknown, gap: number, ranking: Ranking): number {
  const upper = bound(models, key, ranking, true)
  return gap >= upper ? upper : Math.max(gap, bound(models, key, ranking, false))
}
