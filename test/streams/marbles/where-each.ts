import { whereEach } from '../../../src/streams/index.js'
import { add, del, example, feed, values } from './example.js'

interface User {
  readonly id: string
}
const a: User = { id: 'a' }
const b: User = { id: 'b' }

export const examples = [
  example({
    title: 'The items whose Observable last said true',
    values: { a: add(a), b: add(b), x: del(a), t: true, f: false },
    inputs: {
      users: feed<User>('       (Rab.)------------'),
      aIsHere: values<boolean>('----t-------f-----'),
      bIsHere: values<boolean>('--f-----t---------'),
    },
    apply: ({ users, aIsHere, bIsHere }) => users.pipe(whereEach(({ id }) => (id === 'a' ? aIsHere : bIsHere))),
    output: feed('              (R.)(a.)(b.)(x.)------'),
  }),
]
