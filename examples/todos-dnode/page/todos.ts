import { ValidationError } from 'rachis'
import { DnodeCollection, DnodeModel } from 'rachis/compat-dnode'

/** A todo as the server stores it. */
interface TodoAttributes {
  readonly _id?: string
  readonly title: string
  readonly done: boolean
  /** When it was written, in ms since 1970. */
  readonly created: number
}

export type Todo = DnodeModel<TodoAttributes>

const Todo = DnodeModel.extend({ type: 'todo', defaults: { done: false } })
const TodoList = DnodeCollection.extend({ type: 'todo', url: 'todos', model: Todo, comparator: 'created' })

/** The todos of the server. */
export const todos = new TodoList<Todo>()

/** Said where something was asked without a connection. */
export const unconnected = 'There is no connection: try again when it is back.'

/** Why the server refused something, for the one who asked. */
export function reasonOf(error: unknown): string {
  if (error instanceof ValidationError) return Object.values(error.fields)[0] ?? error.message
  if (!(error instanceof Error)) return String(error)
  return error.message === 'no connection' ? unconnected : error.message
}
