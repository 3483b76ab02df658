import { publishEvent, retractEvent, selectMany } from '../../../src/streams/index.js'
import { add, del, example, feed, set } from './example.js'

interface Post {
  readonly id: string
  readonly tags: readonly string[]
}
const a1: Post = { id: 'a', tags: ['x', 'y'] }
const a2: Post = { id: 'a', tags: ['y', 'z'] }

export const examples = [
  example({
    title: 'Many of each, under the key of the item and their own; of a changed item only the difference',
    values: {
      ...{ a: add(a1), b: set(a2, a1), c: del(a2) },
      ...{ x: publishEvent('["a","x"]', 'x'), y: publishEvent('["a","y"]', 'y'), z: publishEvent('["a","z"]', 'z') },
      ...{ u: retractEvent('["a","x"]', 'x'), v: retractEvent('["a","y"]', 'y'), w: retractEvent('["a","z"]', 'z') },
    },
    inputs: { posts: feed<Post>('(Ra.)--(b.)--(c.)--|') },
    apply: ({ posts }) => posts.pipe(selectMany((post) => post.tags, { key: (tag) => tag })),
    output: feed('               (Rxy.)-(uz.)-(vw.)-|'),
    label: (value: Post | string) => (typeof value === 'string' ? value : `${value.id}[${value.tags.join(' ')}]`),
  }),
]
