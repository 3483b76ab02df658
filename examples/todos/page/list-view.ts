import type Backbone from 'backbone'
import { NativeView } from '../../shared/native-view.js'
import { TodoView } from './todo-view.js'
import type { TodoModel } from './todos.js'

/** The todos of one collection at a time, each with one view that stays while its model does. */
export class ListView extends NativeView<undefined> {
  declare private readonly views: Map<string, TodoView>
  declare private shown: Backbone.Collection<TodoModel> | undefined

  override initialize(): void {
    Object.assign(this, { views: new Map<string, TodoView>() })
  }

  /** Shows another collection. */
  show(collection: Backbone.Collection<TodoModel>): void {
    if (this.shown !== undefined) this.stopListening(this.shown)
    this.shown = collection
    this.listenTo(collection, 'update reset sort', () => {
      this.arrange(true)
    })
    this.arrange(false)
  }

  /** Brings the elements into the order of the models, touching only what is out of place. */
  private arrange(isNews: boolean): void {
    const models = this.shown?.models ?? []
    const gone = new Map(this.views)
    for (const { cid } of models) gone.delete(cid)
    for (const [cid, view] of gone) {
      this.views.delete(cid)
      view.remove()
    }
    models.forEach((model, index) => {
      let view = this.views.get(model.cid)
      if (view === undefined) {
        this.views.set(model.cid, (view = new TodoView({ model })))
        // What is written here has no id yet.
        if (isNews && !model.isNew()) view.arrive()
      }
      const there = this.el.children[index]
      if (there !== view.el) this.el.insertBefore(view.el, there ?? null)
    })
  }
}
