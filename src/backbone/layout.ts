import type { AnyModel } from './internals.js'
import { indexOfRanked, insertRanked, isRanked, type Loose, type Ranking, rerank } from './ranking.js'

/** What a commit asks of the list of models. */
export interface Restructuring {
  readonly removed: readonly AnyModel[]
  readonly added: readonly AnyModel[]
}

/** The list of models after a commit, and what Backbone's events tell of the way there. */
export interface Layout {
  readonly models: AnyModel[]
  /** The removed models in the order of the list, and each one's index when those before it are gone. */
  readonly removed: readonly AnyModel[]
  readonly removedAt: readonly number[]
  /** The added models; with indices, ascending. */
  readonly added: readonly AnyModel[]
  readonly addedAt: readonly number[] | undefined
  /** Members that stayed have another order. */
  readonly moved: boolean
}

/** A member whose rank may have changed, and the index where it stood. */
export interface Shifted {
  readonly model: AnyModel
  readonly index: number
}

/** Up to here searching for each member is cheaper than one pass over all. */
const fewMembers = 8

/** The ascending indices of `members` in `models`; of ranked models by bisection. */
export function indicesOf(models: readonly AnyModel[], members: readonly AnyModel[], ranking?: Ranking): number[] {
  if (members.length <= fewMembers || (ranking !== undefined && members.length * 16 < models.length)) {
    const found = members.map((member) => (ranking === undefined ? models.indexOf(member) : indexOfRanked(models, member, ranking)))
    return found.filter((index) => index >= 0).sort((a, b) => a - b)
  }
  const wanted = new Set(members)
  const found: number[] = []
  for (let index = 0; index < models.length; index++) if (wanted.has(models[index]!)) found.push(index)
  return found
}

/** Takes the members at ascending `indices` out, in place. */
export function takeOut(models: AnyModel[], indices: readonly number[]): void {
  if (indices.length <= fewMembers) {
    for (let at = indices.length - 1; at >= 0; at--) models.splice(indices[at]!, 1)
    return
  }
  let next = 0
  let to = indices[0]!
  for (let from = to; from < models.length; from++) {
    if (from === indices[next]) next++
    else models[to++] = models[from]!
  }
  models.length = to
}

const nobody: readonly never[] = []

/** Nobody came or went. */
export function unchanged(models: AnyModel[]): Layout {
  return { models, removed: nobody, removedAt: nobody, added: nobody, addedAt: undefined, moved: false }
}

/** Removed members out, added ones at the end. O(n) to find the removed; nothing else depends on n. */
export function appended(models: AnyModel[], { removed, added }: Restructuring): Layout {
  const indices = indicesOf(models, removed)
  const gone = indices.map((index) => models[index]!)
  takeOut(models, indices)
  for (const model of added) models.push(model)
  return { ...unchanged(models), removed: gone, removedAt: relative(indices), added }
}

/** Removed members out, shifted and added ones where the ranking wants them. `undefined` if the models turn out not to be ranked. */
export function ranked(
  models: AnyModel[],
  { removed, added }: Restructuring,
  shifted: readonly Shifted[],
  ranking: Ranking,
  trusted: boolean,
): Layout | undefined {
  if (!trusted && !isRanked(models, ranking, new Set(shifted.map(({ model }) => model)))) return undefined
  if (shifted.length === 1 && removed.length + added.length === 0) {
    const [from] = standing(models, shifted)
    if (from !== undefined) rerank(models, from, ranking)
    return unchanged(models)
  }
  // Of a shifted model the rank is no guide any more; where it stood was noted before.
  const indices = indicesOf(models, removed, shifted.length === 0 ? ranking : undefined)
  const gone = indices.map((index) => models[index]!)
  const loose: Loose[] = []
  const places = [...indices, ...standing(models, shifted)].sort((a, b) => a - b)
  const leaving = new Set(gone)
  places.forEach((index, before) => {
    if (!leaving.has(models[index]!)) loose.push({ model: models[index]!, gap: index - before })
  })
  takeOut(models, places)
  for (const model of added) loose.push({ model, gap: Infinity })
  insertRanked(models, loose, ranking)
  return { ...unchanged(models), removed: gone, removedAt: relative(indices), added }
}

/** What leads from `models` to `next`, which has the added ones and not the removed. O(n). */
export function between(models: readonly AnyModel[], next: AnyModel[], commit: Restructuring): Layout {
  const gone = new Set(commit.removed)
  const news = new Set(commit.added)
  const removed: AnyModel[] = []
  const removedAt: number[] = []
  const added: AnyModel[] = []
  const addedAt: number[] = []
  let moved = false
  for (let from = 0, at = 0; from < models.length || at < next.length;) {
    const before = models[from]!
    const after = next[at]!
    if (before !== after && gone.has(before)) {
      removedAt.push(from++ - removed.length)
      removed.push(before)
    } else if (before !== after && news.has(after)) {
      addedAt.push(at++)
      added.push(after)
    } else {
      moved ||= before !== after
      from++
      at++
    }
  }
  return { models: next, removed, removedAt, added, addedAt, moved }
}

/** Indices as Backbone counts them: each without those removed before it. */
function relative(indices: readonly number[]): number[] {
  return indices.map((index, before) => index - before)
}

function standing(models: readonly AnyModel[], shifted: readonly Shifted[]): number[] {
  if (shifted.every(({ model, index }) => models[index] === model)) return shifted.map(({ index }) => index)
  return indicesOf(
    models,
    shifted.map(({ model }) => model),
  )
}
