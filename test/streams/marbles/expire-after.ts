import { asyncScheduler } from 'rxjs'
import { expireAfter } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Session {
  readonly id: string
  readonly until: number
}
const a13: Session = { id: 'a', until: 13 }
const b13: Session = { id: 'b', until: 13 }
const b30: Session = { id: 'b', until: 30 }
const c19: Session = { id: 'c', until: 19 }

export const examples = [
  example({
    title: 'What is due leaves by itself, after the snapshot by one timer; a change may move its time',
    values: { a: add(a13), b: add(b13), c: add(c19), d: set(b30, b13), x: del(a13), y: del(c19) },
    inputs: { sessions: feed<Session>('(Rabc.)(d.)------------') },
    apply: ({ sessions }) => sessions.pipe(expireAfter('until', { scheduler: asyncScheduler })),
    shown: "expireAfter('until')",
    output: feed('                     (Rabc.)(d.)--(x.)--(y.)---'),
  }),
]
