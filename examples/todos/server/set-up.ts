import type { ServeContext } from '../../../src/server/cli/config.js'
import { titleRules, untitled } from '../rules.js'
import type { Person } from './person.js'

/** A todo as it is stored. */
interface Todo {
  title: string
  done: boolean
  /** When it was written, in ms since 1970: the order of the list. */
  written: number
}

const everyone = (): true => true

/** The channels of the todos page: `todos`, which validates through Mongoose, and `people`, who is looking at it. */
export function setUpTodos({ hub, mongoose }: ServeContext): void {
  const schema = new mongoose.Schema<Todo>(
    {
      title: {
        type: String,
        trim: true,
        required: [true, untitled],
        validate: titleRules.map(([allows, message]) => ({ validator: allows, message })),
      },
      done: { type: Boolean, default: false },
      written: { type: Number, required: true },
    },
    { versionKey: false },
  )
  hub.channel('todos', {
    model: mongoose.model<Todo>('Todo', schema),
    rules: {
      read: everyone,
      create: everyone,
      patch: everyone,
      retract: everyone,
      fields: { readable: '*', writable: ['title', 'done', 'written'] },
      filterable: ['done'],
      sortable: ['written'],
    },
  })
  hub.presence('people', { show: (user) => user as Person | undefined, rules: { read: everyone } })
}
