/**
 * What dnode uses of Node's `events`, as it uses it: a constructor that is called on other objects, and methods that are copied from its
 * prototype with `for … in` (so no class).
 */
type Listener = (...args: unknown[]) => void
interface Emitter {
  listeners_?: Map<string, Listener[]>
}

function EventEmitter(this: Emitter): void {
  this.listeners_ = new Map()
}

EventEmitter.prototype = {
  on(this: Emitter, event: string, listener: Listener) {
    const all = (this.listeners_ ??= new Map<string, Listener[]>())
    all.set(event, [...(all.get(event) ?? []), listener])
    return this
  },
  emit(this: Emitter, event: string, ...args: unknown[]) {
    const listeners = this.listeners_?.get(event)
    if (listeners === undefined) return false
    for (const listener of listeners) listener.apply(this, args)
    return true
  },
}

export = { EventEmitter }
