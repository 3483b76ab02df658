import Backbone from 'backbone'
import type { AnyModel } from './internals.js'

type Listener = (event: Event) => void

interface Delegated {
  readonly name: string
  readonly selector: string | undefined
  readonly listener: Listener
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

  delegate(this: Parts, name: string, selector: string | Listener, given?: Listener): unknown {
    const listener = typeof selector === 'function' ? selector : given!
    const match = typeof selector === 'string' && selector !== '' ? selector : undefined
    const root = this.el
    const handler: Listener = (event) => {
      if (match === undefined) {
        listener(event)
        return
      }
      const target = event.target instanceof Element ? event.target.closest(match) : null
      if (target === null || target === root || !root.contains(target)) return
      Object.defineProperty(event, 'delegateTarget', { value: target, configurable: true })
      listener(event)
    }
    const capture = match !== undefined && silentEvents.has(name)
    root.addEventListener(name, handler, capture)
    ;(this.delegated ??= []).push({ name, selector: match, listener, handler, capture })
    return this
  },

  undelegate(this: Parts, name: string, selector?: string | Listener, given?: Listener): unknown {
    const listener = typeof selector === 'function' ? selector : given
    const match = typeof selector === 'string' && selector !== '' ? selector : undefined
    this.delegated = this.delegated?.filter((each) => {
      if (each.name !== name || (match !== undefined && each.selector !== match)) return true
      if (listener !== undefined && each.listener !== listener) return true
      this.el.removeEventListener(each.name, each.handler, each.capture)
      return false
    })
    return this
  },

  undelegateEvents(this: Parts): unknown {
    for (const { name, handler, capture } of this.delegated ?? []) this.el.removeEventListener(name, handler, capture)
    this.delegated = undefined
    return this
  },
}) as unknown as NativeViewClass
