import type { ServeContext } from '../../../src/server/cli/config.js'
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
        required: [true, 'A todo needs some words.'],
        maxlength: [140, 'That is too long for one todo: 140 characters at most.'],
        validate: {
          validator: (title: string) => !/\bsomeday\b/i.test(title),
          message: '“Someday” never comes. Say when, or leave it out.',
        },
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
