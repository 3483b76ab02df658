import { limitSize, orderBy, reverse, select, shareFeed, slice, top, union } from '../../../src/streams/index.js'
import { byN, merge, sorted, testHistories } from './histories.js'

describe('order on random histories', () => {
  testHistories({
    reverse: { build: (a) => a.pipe(orderBy(byN), reverse()), expect: (a) => sorted(a, byN).reverse() },
    'reverse twice': { build: (a) => a.pipe(orderBy(byN), reverse(), reverse()), expect: (a) => sorted(a, byN) },
    'reverse of a slice': {
      build: (a) => a.pipe(orderBy(byN), slice({ skip: 1, limit: 3 }), reverse()),
      expect: (a) => sorted(a, byN).slice(1, 4).reverse(),
    },
    'a slice of a reverse': {
      build: (a) => a.pipe(orderBy(byN), reverse(), slice({ skip: 1, limit: 3 })),
      expect: (a) => sorted(a, byN).reverse().slice(1, 4),
    },
    'reverse of a shared order': {
      build: (a) => a.pipe(orderBy(byN), shareFeed(), reverse(), shareFeed(), slice({ limit: 2 })),
      expect: (a) => sorted(a, byN).reverse().slice(0, 2),
    },
    'reverse of what select makes': {
      build: (a) =>
        a.pipe(
          orderBy(byN),
          select((row) => row.n),
          reverse(),
        ),
      expect: (a) =>
        sorted(a, byN)
          .map(([id, { n }]) => [id, n] as const)
          .reverse(),
    },
    'top of a union': {
      build: (a, b) => union(a, b).pipe(orderBy(byN), top(3)),
      expect: (a, b) => sorted(merge(a, b), byN).slice(0, 3),
    },
    'top(Observable)': {
      build: (a, _b, parameter) => a.pipe(orderBy(byN), top(parameter)),
      expect: (a, _b, n) => sorted(a, byN).slice(0, n),
    },
    limitSize: {
      build: (a, b) => union(a, b).pipe(limitSize(3, { n: -1 })),
      expect: (a, b) => new Map(sorted(merge(a, b), (x, y) => y.n - x.n).slice(0, 3)),
    },
    'limitSize(Observable)': {
      build: (a, _b, parameter) => a.pipe(limitSize(parameter, byN)),
      expect: (a, _b, n) => new Map(sorted(a, byN).slice(0, n)),
    },
  })
})
