import Backbone from 'backbone'
import type { AnyModel } from './internals.js'

type Listener = (event: Event) => void

interface Delegated {
  readonly name: string
  readonly selector: string | undefined
  readonly listener: Listener | undefined
  readonly handler: Listener
  readonly capture: boolean
}

/** A Backbone view on the DOM alone. `$` finds by `querySelectorAll`; there is no `$el`. */
export interface NativeView<M extends AnyModel = AnyModel> extends Omit<Backbone.View<M>, '$' | '$el'> {
  $(selector: string): Element[]
}

/** The class of `NativeView`. */
export interface NativeViewClass {
  readonly prototype: NativeView
  new <M extends AnyModel = AnyModel>(options?: Backbone.ViewOptions<M>): NativeView<M>
  /** Backbone's way to make a subclass; `class … extends NativeView` does as well. */
  extend(properties: object, classProperties?: object): NativeViewClass
}

interface Parts {
  el: Element
  cid: string
  delegated: Delegated[] | undefined
}

/** These don't bubble: they are caught on their way down. */
const silentEvents = new Set(['focus', 'blur', 'mouseenter', 'mouseleave', 'scroll', 'load', 'error', 'toggle'])

/**
 * `Backbone.View` without jQuery: overrides only the methods that Backbone keeps for that. The handler of a delegated event finds the element that
 * matched as `event.delegateTarget`.
 *
 * ```ts
 * class TodoView extends NativeView<Todo> {
 *   events() { return { 'click .toggle': () => this.model.save({ done: true }) } }
 * }
 * ```
 */
export const NativeView = Backbone.View.extend({
  $(this: Parts, selector: string): Element[] {
    return [...this.el.querySelectorAll(selector)]
  },

  _createElement: (tagName: string): Element => document.createElement(tagName),

  _setElement(this: Parts, el: Element | string): void {
    const found = typeof el === 'string' ? document.querySelector(el) : el
    this.el = found!
  },

  _removeElement(this: Parts & { undelegateEvents(): void }): void {
    this.undelegateEvents()
    this.el.remove()
  },

  _setAttributes(this: Parts, attributes: Readonly<Record<string, string | number | boolean | null | undefined>>): void {
    for (const [name, value] of Object.entries(attributes)) {
      if (name === 'class') this.el.className = String(value)
      else if (value !== undefined && value !== null) this.el.setAttribute(name, String(value))
    }
  },

  delegate(this: Parts, name: string, ...target: Target): unknown {
    const { el } = this
    const { selector, listener } = targetOf(target)
    const handler: Listener = (event) => {
      if (selector !== undefined) {
        const found = event.target instanceof Element ? event.target.closest(selector) : null
        if (found === null || found === el || !el.contains(found)) return
        Object.defineProperty(event, 'delegateTarget', { value: found, configurable: true })
      }
      listener!(event)
    }
    const capture = selector !== undefined && silentEvents.has(name)
    el.addEventListener(name, handler, capture)
    ;(this.delegated ??= []).push({ name, selector, listener, handler, capture })
    return this
  },

  undelegate(this: Parts, name: string, ...target: Target): unknown {
    const { selector, listener } = targetOf(target)
    return drop(
      this,
      (each) => each.name === name && (selector ?? each.selector) === each.selector && (listener ?? each.listener) === each.listener,
    )
  },

  undelegateEvents(this: Parts): unknown {
    return drop(this, () => true)
  },
}) as unknown as NativeViewClass

/** What follows the name of the event: a selector, a listener, or both. */
type Target = [selector?: string | Listener, listener?: Listener]

function targetOf([selector, listener]: Target): { selector: string | undefined; listener: Listener | undefined } {
  return typeof selector === 'function' ? { selector: undefined, listener: selector } : { selector: selector || undefined, listener }
}

function drop(view: Parts, test: (each: Delegated) => boolean): unknown {
  view.delegated = view.delegated?.filter((each) => {
    if (!test(each)) return true
    view.el.removeEventListener(each.name, each.handler, each.capture)
    return false
  })
  return view
}
