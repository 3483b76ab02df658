import { tree } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Folder {
  readonly id: string
  readonly in?: string
}
interface Node {
  readonly id: string
  readonly item: Folder
  readonly children: readonly Node[]
  readonly problem?: string
}
const a: Folder = { id: 'a' }
const b: Folder = { id: 'b', in: 'a' }
const c: Folder = { id: 'c', in: 'b' }
const free: Folder = { id: 'b' }
const node = (item: Folder, ...children: readonly Node[]): Node => ({ id: item.id, item, children })
const orphan: Node = { ...node(c), problem: 'orphan' }
const text = ({ id, children }: Node): string => id + (children.length > 0 ? `(${children.map(text).join(' ')})` : '')

export const examples = [
  example({
    title: 'The roots, each with all that is below it; who has no parent yet is a root until it comes',
    values: {
      ...{ a: add(a), b: add(b), c: add(c), d: set(free, b) },
      ...{ p: add(node(a)), q: add(orphan), x: del(orphan), r: set(node(a, node(b, node(c))), node(a)) },
      ...{ s: set(node(a), node(a, node(b, node(c)))), t: add(node(free, node(c))) },
    },
    inputs: { folders: feed<Folder>('(Rac.)-(b.)--(d.)--|') },
    apply: ({ folders }) => folders.pipe(tree('in')),
    output: feed('                   (Rpq.)-(xr.)-(ts.)-|'),
    label: (value: Folder | Node) => ('children' in value ? text(value) : (value.in ?? '') + value.id),
  }),
]
