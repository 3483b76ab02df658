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
 * Cost: O(n) a pass, O(m log m) if m views are out of order; DOM operations only for what came, went or moved.
 *
 * ```ts
 * const subscription = bindViews(todos, list, (todo) => new TodoView({ model: todo }).render())
 * ```
 */
export function bindViews<M extends AnyModel>(
  collection: Backbone.Collection<M>,
  el: Element,
  make: (model: M) => ItemView,
  options: ViewListOptions = {},
): Subscription {
  const list = new ViewList<M>(el, make, options)
  const show = (): void => {
    list.show(collection.models)
  }
  show()
  const owner = {}
  collection.on('update sort reset', show, owner)
  return new Subscription(() => {
    collection.off(null, null, owner)
    list.close()
  })
}

/** Shows each value of an Observable in an element; the last one stays. An error of `render` is reported as of any observer. */
export function bindElement<T, E extends Element>(values: Observable<T>, el: E, render: (el: E, value: T) => void): Subscription {
  return values.subscribe((value) => {
    render(el, value)
  })
}

class ViewList<M extends AnyModel> {
  private readonly views = new Map<M, ItemView>()
  private shown: readonly M[] = []
  private empty: ItemView | undefined

  constructor(
    private readonly el: Element,
    private readonly make: (model: M) => ItemView,
    private readonly options: ViewListOptions,
  ) {}

  show(models: readonly M[]): void {
    const next = [...models]
    this.removeOthers(next)
    const steady = this.steady(next)
    // From the end, so that each view's successor is in place already.
    let successor: Element | null = null
    for (let index = next.length - 1; index >= 0; index--) {
      const model = next[index]!
      let view = this.views.get(model)
      if (view === undefined) this.views.set(model, (view = this.make(model)))
      if (!steady.has(model)) this.el.insertBefore(view.el, successor)
      successor = view.el
    }
    this.shown = next
    this.showEmpty()
  }

  close(): void {
    for (const view of this.views.values()) view.remove()
    this.views.clear()
    this.empty?.remove()
    this.empty = undefined
  }

  private removeOthers(next: readonly M[]): void {
    const staying = new Set(next)
    for (const [model, view] of this.views) {
      if (staying.has(model)) continue
      this.views.delete(model)
      view.remove()
    }
  }

  /** The models whose views stay where they are. */
  private steady(next: readonly M[]): ReadonlySet<M> {
    const before = new Map<M, number>()
    this.shown.forEach((model, index) => before.set(model, index))
    const kept = next.filter((model) => this.views.has(model) && before.has(model))
    const places = kept.map((model) => before.get(model)!)
    if (places.every((place, index) => index === 0 || place > places[index - 1]!)) return new Set(kept)
    return new Set(risingRun(places).map((index) => kept[index]!))
  }

  private showEmpty(): void {
    if (this.shown.length > 0) {
      this.empty?.remove()
      this.empty = undefined
    } else if (this.empty === undefined && this.options.empty !== undefined) {
      this.empty = this.options.empty()
      this.el.append(this.empty.el)
    }
  }
}
