import { filter, firstValueFrom } from 'rxjs'
import { selectAsync } from '../../../src/streams/index.js'
import { add, del, example, feed, values } from './example.js'

interface User {
  readonly id: string
}
const a: User = { id: 'a' }
const b: User = { id: 'b' }
const [faceA, faceB] = [
  { id: 'a', face: '☺' },
  { id: 'b', face: '☺' },
]

export const examples = [
  example({
    title: 'Each item as what its promise gives, when it gives it',
    values: { a: add(a), b: add(b), x: del(a), 1: faceA, 2: faceB, p: add(faceA), q: add(faceB), y: del(faceA) },
    inputs: {
      users: feed<User>('            (Rab.)----------(x.)-|'),
      answers: values<typeof faceA>('-------2---1----------', '^----------!', '^------!'),
    },
    apply: ({ users, answers }) => users.pipe(selectAsync((user) => firstValueFrom(answers.pipe(filter(({ id }) => id === user.id))))),
    shown: 'selectAsync(async (user) => ({ ...user, face: await load(user) }))',
    paced: true,
    output: feed('                   (R.)---(q.)(p.)-(y.)-|'),
  }),
]
