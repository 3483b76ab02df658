import type Backbone from 'backbone'

const counts = new WeakMap<Backbone.Model, number>()

/** Whether something that was done to `model` here has no answer of the server yet. */
export function isPending(model: Backbone.Model): boolean {
  return (counts.get(model) ?? 0) > 0
}

/** Counts the requests of a collection's models; their event `pending` says that it has changed. */
export function trackPending(collection: Backbone.Collection): void {
  collection.on('request', (model: Backbone.Model | Backbone.Collection, answer: Promise<unknown> | undefined) => {
    if (model === collection || answer === undefined) return
    const one = model as Backbone.Model
    const add = (step: 1 | -1): void => {
      counts.set(one, (counts.get(one) ?? 0) + step)
      one.trigger('pending', one)
    }
    add(1)
    const settled = (): void => {
      add(-1)
    }
    answer.then(settled, settled)
  })
}
