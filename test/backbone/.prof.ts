import Backbone from 'backbone'
import { Subject } from 'rxjs'
import { bind } from '/work/main/src/backbone/bind.js'
import { changeEvent, commitEvent, publishEvent, resetEvent, type FeedEvent } from '/work/main/src/streams/event.js'
const mode = process.argv[2]
const N = 10000
const items: any[] = Array.from({ length: N }, (_, i) => ({ id: 'id' + i, name: 'name ' + i, rank: (i * 7919) % N, note: 'a note' }))
const cmp: any = mode === 'sorted' ? 'rank' : undefined
const mk = () => {
  const f = new Subject<FeedEvent<any>>()
  const c = new Backbone.Collection([], { comparator: cmp })
  const s = bind(f, c)
  f.next(resetEvent('x'))
  items.forEach((it, at) => f.next(cmp ? publishEvent(it.id, it) : publishEvent(it.id, it, at)))
  f.next(commitEvent({}))
  return { f, c, s }
}
const { f, c } = mk()
const plain = new Backbone.Collection(items, { comparator: cmp })
if (process.argv[3]) {
  c.on('update', () => {})
  plain.on('update', () => {})
}
let n = 0
const cur = [...items]
const t = { a: 0, b: 0 }
for (let round = 0; round < Number(process.env.R ?? 200); round++) {
  const steps: any[] = []
  for (let k = 0; k < 50; k++) {
    if (mode === 'change') {
      const at = (n * 7907) % N
      n++
      const p = cur[at]
      const it = (cur[at] = { ...p, note: p.note === 'x' ? 'y' : 'x' })
      steps.push([changeEvent(it.id, it, p, at, at), it, 0])
    } else if (mode === 'sorted') {
      const it = { id: 'n' + n, name: 'q', rank: (n * 7907) % N, note: 'z' }
      n++
      steps.push([publishEvent(it.id, it), it, 0])
    } else {
      const at = (n * 7907) % N
      const it = { id: 'n' + n, name: 'q', rank: 1, note: 'z' }
      n++
      steps.push([publishEvent(it.id, it, at), it, at])
    }
  }
  let b = performance.now()
  for (const [e] of steps) {
    f.next(e)
    f.next(commitEvent({}))
  }
  const d1 = performance.now() - b
  let d2 = 0
  if (!process.argv[4]) {
    b = performance.now()
    for (const [, it, at] of steps) {
      if (mode === 'change') plain.get(it.id).set(it)
      else if (mode === 'sorted') plain.add(it)
      else plain.add(it, { at })
    }
    d2 = performance.now() - b
  }
  if (round >= 20) {
    t.a += d1
    t.b += d2
  }
  if (mode === 'sorted' && round >= 100 && !process.argv[4]) break
}
const cnt = (mode === 'sorted' && !process.argv[4] ? 81 : Number(process.env.R ?? 200) - 20) * 50
console.log(
  mode,
  process.argv[3] ?? '',
  'ours',
  ((t.a / cnt) * 1000).toFixed(2),
  'theirs',
  ((t.b / cnt) * 1000).toFixed(2),
  (t.b / t.a).toFixed(2),
)
