import { type FeedNode, orderBy, ValidationError, where } from 'rachis'
import { derive, NodeCollection, type NodeModel } from 'rachis/backbone'

/** A todo as pages know it. */
export interface Todo {
  readonly title: string
  readonly done: boolean
  /** When it was written, in ms since 1970. */
  readonly written: number
}

export type TodoModel = NodeModel<Todo>
export type TodoCollection = NodeCollection<TodoModel>
/** Which todos are shown. */
export type Route = 'all' | 'active' | 'completed'

/** The todos of a node, whatever carries it, live, and the two collections derived from them. */
export function openTodos(node: FeedNode<Todo>): Readonly<
  Record<Route, Pick<TodoCollection, 'models' | 'length'> & Backbone.Collection<TodoModel>>
> & {
  readonly all: TodoCollection
} {
  const all = new NodeCollection<TodoModel>([], { node: node as never, comparator: 'written' })
  return {
    all,
    active: derive<TodoModel, Todo>(all, where<Todo>({ done: false }), orderBy<Todo>({ written: 1 })),
    completed: derive<TodoModel, Todo>(all, where<Todo>({ done: true }), orderBy<Todo>({ written: 1 })),
  }
}

/** Why a write was refused, for the one who made it. */
export function reasonOf(error: unknown): string {
  const reasons = error instanceof ValidationError ? Object.values(error.fields) : []
  return reasons[0] ?? (error instanceof Error ? error.message : String(error))
}
