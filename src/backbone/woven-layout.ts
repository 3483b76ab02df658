import type { AnyModel } from './internals.js'
import { type Layout, relative, type Restructuring } from './layout.js'

/**
 * The list in which the feed's own members have the order `own`, and each stranger stays behind the member that it stood behind. O(n).
 */
export function woven(models: readonly AnyModel[], { removed, added }: Restructuring, own: readonly AnyModel[]): Layout {
  const gone = new Set(removed)
  const members = new Set(own)
  const removedAt: number[] = []
  const strangers = new Map<AnyModel | undefined, AnyModel[]>()
  let anchor: AnyModel | undefined
  const before = new Map<AnyModel, number>()
  models.forEach((model, index) => {
    before.set(model, index)
    if (gone.has(model)) removedAt.push(index)
    else if (members.has(model)) anchor = model
    else {
      const group = strangers.get(anchor)
      if (group === undefined) strangers.set(anchor, [model])
      else group.push(model)
    }
  })
  const next: AnyModel[] = [...(strangers.get(undefined) ?? [])]
  for (const model of own) next.push(model, ...(strangers.get(model) ?? []))
  const news = new Set(added)
  const ordered: AnyModel[] = []
  const addedAt: number[] = []
  let last = -1
  let moved = false
  next.forEach((model, index) => {
    if (news.has(model)) {
      ordered.push(model)
      addedAt.push(index)
      return
    }
    const stood = before.get(model)!
    if (stood < last) moved = true
    last = stood
  })
  return { models: next, removed: removedAt.map((index) => models[index]!), removedAt: relative(removedAt), added: ordered, addedAt, moved }
}
