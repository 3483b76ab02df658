import type Backbone from 'backbone'
import { type Observable, Subscription } from 'rxjs'
import { risingRun } from '../streams/internal/rising-run.js'
import type { AnyModel } from './internals.js'

/** What shows one model: a Backbone view, or anything else with an element. */
export interface ItemView {
  readonly el: Element
  remove(): unknown
}

/** How a list of views is shown. */
export interface ViewListOptions {
  /** Shown while there is no model. */
  readonly empty?: () => ItemView
}

/**
 * Shows a collection in an element of its own: one view a model, made once, kept while the model stays, moved where the model moves. One `update`, `sort` or
 * `reset` is one pass: views that may stay in place aren't touched (a longest rising run), so focus and scrolling survive.
 * When the subscription ends all views are removed.
 *
 * Cost: O(n log n) a pass; DOM operations only for what came, went or moved.
 *
 * ```ts
 * const subscription = bindViews(todos, list, (todo) => new TodoView({ model: todo }).render())
 * ```
 */
export function bindViews<M extends AnyModel>(
  collection: Backbone.Collection<M>,
  el: Element,
  make: (model: M) => ItemView,
  { empty }: ViewListOptions = {},
): Subscription {
  /** The views, and each one's place in the element; below zero it has none yet. */
  const shown = new Map<M, { readonly view: ItemView; place: number }>()
  let placeholder: ItemView | undefined
  const fill = (text: ItemView | undefined): void => {
    placeholder?.remove()
    placeholder = text
    if (text !== undefined) el.append(text.el)
  }
  const show = (): void => {
    const models = [...collection.models]
    const staying = new Set(models)
    for (const [model, { view }] of shown) {
      if (staying.has(model)) continue
      shown.delete(model)
      view.remove()
    }
    for (const model of models) if (!shown.has(model)) shown.set(model, { view: make(model), place: -1 })
    const entries = models.map((model) => shown.get(model)!)
    const steady = risingRun(entries.map(({ place }) => place).filter((place) => place >= 0))
    // From the end, so that each view's successor is in place already.
    let successor: Element | null = null
    for (let place = entries.length - 1; place >= 0; place--) {
      const entry = entries[place]!
      if (!steady.has(entry.place)) el.insertBefore(entry.view.el, successor)
      entry.place = place
      successor = entry.view.el
    }
    if (entries.length > 0) fill(undefined)
    else if (placeholder === undefined) fill(empty?.())
  }
  show()
  const owner = {}
  collection.on('update sort reset', show, owner)
  return new Subscription(() => {
    collection.off(null, null, owner)
    for (const { view } of shown.values()) view.remove()
    fill(undefined)
  })
}

/** Shows each value of an Observable in an element; the last one stays. An error of `render` is reported as of any observer. */
export function bindElement<T, E extends Element>(values: Observable<T>, el: E, render: (el: E, value: T) => void): Subscription {
  return values.subscribe((value) => {
    render(el, value)
  })
}
