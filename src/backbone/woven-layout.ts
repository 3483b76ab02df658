import type { AnyModel } from './internals.js'
import { between, type Layout, type Restructuring } from './layout.js'

/**
 * The list in which the feed's own members have the order `own`, and each stranger stays behind the member that it stood behind. O(n).
 */
export function woven(models: AnyModel[], commit: Restructuring, own: readonly AnyModel[]): Layout {
  const gone = new Set(commit.removed)
  const members = new Set(own)
  let anchor: AnyModel | undefined
  const strangers = new Map<AnyModel | undefined, AnyModel[]>()
  for (const model of models) {
    if (members.has(model)) anchor = model
    else if (!gone.has(model)) {
      const group = strangers.get(anchor)
      if (group === undefined) strangers.set(anchor, [model])
      else group.push(model)
    }
  }
  const next = [...(strangers.get(undefined) ?? [])]
  for (const model of own) next.push(model, ...(strangers.get(model) ?? []))
  return between(models, next, commit)
}
