import Backbone from 'backbone'

type Listener = (event: Event) => void

/** A Backbone view on the DOM itself, without jQuery: the hooks that Backbone leaves for that. `$` and `$el` aren't there. */
export class NativeView<M extends Backbone.Model | undefined = Backbone.Model> extends Backbone.View<M> {
  declare private attached: [type: string, listener: Listener][] | undefined

  override _setElement(element: HTMLElement): void {
    this.el = element
  }

  override _setAttributes(attributes: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(attributes)) this.el.setAttribute(name === 'className' ? 'class' : name, value)
  }

  override _removeElement(): void {
    this.undelegateEvents()
    this.el.remove()
  }

  /** Listens on the view's element to what happens in those below it that match `selector`. */
  override delegate(type: string, selector: unknown, listener?: unknown): this {
    const handle: Listener = (event) => {
      if (typeof selector === 'function') (selector as Listener)(event)
      else if (selector === '' || (event.target as Element).closest(String(selector)) !== null) (listener as Listener)(event)
    }
    this.el.addEventListener(type, handle)
    ;(this.attached ??= []).push([type, handle])
    return this
  }

  override undelegateEvents(): this {
    for (const [type, handle] of this.attached ?? []) this.el.removeEventListener(type, handle)
    this.attached = []
    return this
  }
}

/** The `events` of a `NativeView`: Backbone's form, with the events of the DOM. */
export function domEvents(events: Readonly<Record<string, Listener>>): Backbone.EventsHash {
  return events as unknown as Backbone.EventsHash
}
