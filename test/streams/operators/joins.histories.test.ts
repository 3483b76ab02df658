import { map } from 'rxjs'
import {
  antiJoin,
  type Feed,
  fullJoin,
  join,
  leftJoin,
  orderBy,
  related,
  rightJoin,
  select,
  semiJoin,
  slice,
  tree,
  type TreeNode,
  union,
  where,
} from '../../../src/streams/index.js'
import { byN, filter, type HistoryCase, merge, sorted, type State, testHistories } from './histories.js'
import type { Row } from './random-history.js'

type By = (row: Row, id: string) => string | number | null | undefined
type Joined = ReadonlyMap<string, { readonly left: Row | undefined; readonly right: Row | undefined }>

/** A join written as two loops. */
function joined(a: State, b: State, left: By, right: By, outer: 'inner' | 'left' | 'right' | 'full' = 'inner'): Joined {
  const rows = new Map<string, { left: Row | undefined; right: Row | undefined }>()
  const met = [new Set<string>(), new Set<string>()] as const
  for (const [i, l] of a) {
    for (const [j, r] of b) {
      const key = left(l, i)
      if (key === null || key === undefined || key !== right(r, j)) continue
      rows.set(JSON.stringify([i, j]), { left: l, right: r })
      met[0].add(i)
      met[1].add(j)
    }
  }
  if (outer === 'left' || outer === 'full')
    for (const [i, l] of a) if (!met[0].has(i)) rows.set(JSON.stringify([i, null]), { left: l, right: undefined })
  if (outer === 'right' || outer === 'full')
    for (const [j, r] of b) if (!met[1].has(j)) rows.set(JSON.stringify([null, j]), { left: undefined, right: r })
  return rows
}
const meets = (b: State, left: By, right: By) => (row: Row) => joined(new Map([[row.id, row]]), b, left, right).size > 0

const id: By = (_, id) => id
const n: By = (row) => row.n
const g: By = (row) => row.g
/** Null, undefined and numbers. */
const some: By = (row) => (row.n === 0 ? null : row.n === 1 ? undefined : row.n)
/** Another row's id, or none. */
const foreign: By = (row) => (row.g === 'x' ? 'abcde'[row.n] : row.n === 0 ? null : 'efgha'[row.n])

const keys: Readonly<Record<string, readonly [left: By, right: By]>> = {
  'one-to-one': [id, id],
  'many-to-one': [foreign, id],
  'one-to-many': [id, foreign],
  'many-to-many': [n, n],
  'many-to-many, large groups': [g, g],
  'null keys': [some, some],
  'keys of several types': [some, g],
}
const joins = { join: 'inner', leftJoin: 'left', rightJoin: 'right', fullJoin: 'full' } as const
const operators = { join, leftJoin, rightJoin, fullJoin }
const all: Record<string, HistoryCase> = {}
for (const [by, [left, right]] of Object.entries(keys)) {
  for (const name of ['join', 'leftJoin', 'rightJoin', 'fullJoin'] as const) {
    const operator = operators[name] as typeof join
    all[`${name}, ${by}`] = {
      build: (a, b) => a.pipe(operator(b, { left, right })),
      expect: (a, b) => joined(a, b, left, right, joins[name]),
    }
    all[`${name} of a source with itself, ${by}`] = {
      build: (a) => a.pipe(operator(a, { left, right })),
      expect: (a) => joined(a, a, left, right, joins[name]),
    }
  }
  all[`semiJoin, ${by}`] = { build: (a, b) => a.pipe(semiJoin(b, { left, right })), expect: (a, b) => filter(a, meets(b, left, right)) }
  all[`antiJoin, ${by}`] = {
    build: (a, b) => a.pipe(antiJoin(b, { left, right })),
    expect: (a, b) => filter(a, (row) => !meets(b, left, right)(row)),
  }
  all[`semiJoin of a source with itself, ${by}`] = {
    build: (a) => a.pipe(semiJoin(a, { left, right })),
    expect: (a) => filter(a, meets(a, left, right)),
  }
  all[`related, ${by}`] = {
    build: (a, b) => a.pipe(related(b, { left, right, order: byN })),
    expect: (a, b) => withChildren(a, b, left, right, (rows) => sorted(rows, byN)),
  }
  all[`related of a source with itself, ${by}`] = {
    build: (a) => a.pipe(related(a, { left, right })),
    expect: (a) => withChildren(a, a, left, right, (rows) => sorted(rows, () => 0)),
  }
}

function withChildren(
  a: State,
  b: State,
  left: By,
  right: By,
  order: (rows: State) => readonly (readonly [string, Row])[],
): ReadonlyMap<string, unknown> {
  return new Map(
    [...a].map(([i, parent]) => {
      const mine = new Map([...b].filter(([j, row]) => joined(new Map([[i, parent]]), new Map([[j, row]]), left, right).size > 0))
      return [i, { ...parent, children: order(mine).map(([, row]) => row) }]
    }),
  )
}

/** A tree made anew: who is a root first, then what is below. */
function trees(state: State, parentOf: By, compare: (x: Row, y: Row) => number): ReadonlyMap<string, TreeNode<Row>> {
  const parent = (id: string): string | undefined => {
    const up = parentOf(state.get(id)!, id)
    return typeof up === 'string' ? up : undefined
  }
  const cycle = (id: string): readonly string[] => {
    const seen = [id]
    for (let up = parent(id); up !== undefined && state.has(up); up = parent(up)) {
      if (up === id) return seen
      if (seen.includes(up)) return []
      seen.push(up)
    }
    return []
  }
  const cut = (id: string): boolean => cycle(id).length > 0 && cycle(id).every((other) => id <= other)
  const node = (id: string): TreeNode<Row> => {
    const problem = cut(id) ? ('cycle' as const) : parent(id) !== undefined && !state.has(parent(id)!) ? ('orphan' as const) : undefined
    const children = sorted(
      filter(state, (row) => parent(row.id) === id && !cut(row.id)),
      compare,
    ).map(([child]) => node(child))
    return { id, item: state.get(id)!, children, ...(problem === undefined ? {} : { problem }) }
  }
  const roots = [...state.keys()].filter((id) => cut(id) || parent(id) === undefined || !state.has(parent(id)!))
  return new Map(roots.map((id) => [id, node(id)]))
}

const row = (left: Row, right: Row | undefined): Row => ({ ...left, n: (left.n + (right?.n ?? 0)) % 5 })

describe('joins on random histories', () => {
  testHistories(all, 100)

  testHistories({
    'a join that selects': {
      build: (a, b) => a.pipe(join(b, { left: 'n', right: 'n', select: (left, right, i, j) => `${i}${j}${left.g}${right.g}` })),
      expect: (a, b) =>
        new Map([...joined(a, b, n, n)].map(([key, { left, right }]) => [key, `${left!.id}${right!.id}${left!.g}${right!.g}`])),
    },
    'a join of fields with functions': {
      build: (a, b) => a.pipe(join(b, { left: 'g', right: (row) => (row.n > 2 ? 'x' : 'y') })),
      expect: (a, b) => joined(a, b, g, (row) => (row.n > 2 ? 'x' : 'y')),
    },
    'a join of a diamond': {
      build: (a) =>
        a.pipe(where({ n: { $gt: 0 } }), leftJoin(a.pipe(select((row) => ({ ...row, n: (row.n + 1) % 5 }))), { left: 'n', right: 'n' })),
      expect: (a) =>
        joined(
          filter(a, (row) => row.n > 0),
          new Map([...a].map(([i, row]) => [i, { ...row, n: (row.n + 1) % 5 }])),
          n,
          n,
          'left',
        ),
    },
    'a join under union': {
      build: (a, b) => union(a as Feed<unknown>, a.pipe(fullJoin(b, { left: foreign, right: id }))),
      expect: (a, b) => new Map<string, unknown>([...joined(a, b, foreign, id, 'full'), ...a]),
    },
    'a join of unions': {
      build: (a, b) => union(a, b).pipe(join(union(b, a), { left: 'n', right: 'n' })),
      expect: (a, b) => joined(merge(a, b), merge(b, a), n, n),
    },
    'a join of joins': {
      build: (a, b) =>
        a.pipe(
          leftJoin(b, { left: foreign, right: id, select: row }),
          join(b, { left: 'n', right: 'n', select: row }),
          semiJoin(a, { left: 'n', right: 'n' }),
        ),
      expect: (a, b) => {
        const first = new Map([...joined(a, b, foreign, id, 'left')].map(([key, { left, right }]) => [key, row(left!, right)]))
        const second = new Map([...joined(first, b, n, n)].map(([key, { left, right }]) => [key, row(left!, right)]))
        return filter(second, meets(a, n, n))
      },
    },
    'a join with a slice': {
      build: (a, b) => a.pipe(leftJoin(b.pipe(orderBy(byN), slice({ skip: 1, limit: 2 })), { left: 'n', right: 'n' })),
      expect: (a, b) => joined(a, new Map(sorted(b, byN).slice(1, 3)), n, n, 'left'),
    },
    'a join under a changing filter': {
      build: (a, b, parameter) =>
        a.pipe(where<Row>(parameter.pipe(map((n) => ({ n: { $ne: n } })))), antiJoin(b, { left: 'n', right: 'n' })),
      expect: (a, b, value) => filter(a, (row) => row.n !== value && !meets(b, n, n)(row)),
    },
    'related by the id of the parent': {
      build: (a, b) => a.pipe(related(b, { right: foreign, order: { n: -1 } })),
      expect: (a, b) => withChildren(a, b, id, foreign, (rows) => sorted(rows, (x, y) => y.n - x.n)),
    },
    'related that selects': {
      build: (a, b) =>
        a.pipe(related(b, { left: 'g', right: 'g', select: (parent, children, id) => `${id}${parent.n}${children.length}` })),
      expect: (a, b) => new Map([...a].map(([i, parent]) => [i, `${i}${parent.n}${filter(b, (row) => row.g === parent.g).size}`])),
    },
    'related of related': {
      build: (a, b) => a.pipe(related(b.pipe(related(a, { right: foreign })), { right: foreign })),
      expect: (a, b) => {
        const inner = withChildren(b, a, id, foreign, (rows) => sorted(rows, () => 0)) as State
        return withChildren(a, inner, id, foreign, (rows) => sorted(rows, () => 0))
      },
    },
  })

  testHistories(
    {
      tree: { build: (a) => a.pipe(tree((row) => foreign(row, '') as string | null)), expect: (a) => trees(a, foreign, () => 0) },
      'tree in order': {
        build: (a) => a.pipe(tree((row) => 'abcde'[row.n], { order: { g: -1, n: 1 } })),
        expect: (a) =>
          trees(
            a,
            (row) => 'abcde'[row.n],
            (x, y) => (x.g < y.g ? 1 : x.g > y.g ? -1 : x.n - y.n),
          ),
      },
      'tree of cycles': {
        build: (a) => a.pipe(tree((row) => 'abcdefgh'[('abcdefgh'.indexOf(row.id) + row.n) % 8]!, { order: byN })),
        expect: (a) => trees(a, (row) => 'abcdefgh'[('abcdefgh'.indexOf(row.id) + row.n) % 8]!, byN),
      },
      'tree of a union': {
        build: (a, b) => union(a, b).pipe(tree((row) => foreign(row, '') as string | null)),
        expect: (a, b) => trees(merge(a, b), foreign, () => 0),
      },
    },
    2000,
  )
})
