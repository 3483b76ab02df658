import assert from 'node:assert/strict'
import { ArgumentError, DeniedError, QueryError, RachisError } from '../../../src/errors.js'
import { authorize, type ChannelRules, checkRules, checkWritable } from '../../../src/server/hub/rules.js'

interface Doc {
  owner: string
  title: string
  size: number
  secret: string
}
type Rules = ChannelRules<Doc, string>

const rules: Rules = {
  read: (user) => (user === 'admin' ? true : user === 'nobody' ? false : { owner: user }),
  fields: { readable: ['owner', 'title', 'size'], writable: ['title'] },
  filterable: ['title', 'size'],
  operators: ['$in', '$gt'],
  sortable: ['size'],
  limits: { limit: 50, depth: 4, elements: 3 },
}

describe('rules', () => {
  const allowed: [string, string, unknown, unknown][] = [
    ['everything, cut to readable fields', 'admin', {}, { fields: ['owner', 'title', 'size'] }],
    ['the base filter of a user', 'ann', {}, { filter: { owner: 'ann' }, fields: ['owner', 'title', 'size'] }],
    [
      'a filter within the base filter',
      'ann',
      { filter: { title: 'x' } },
      { filter: { $and: [{ owner: 'ann' }, { title: 'x' }] }, fields: ['owner', 'title', 'size'] },
    ],
    ['a named operator', 'admin', { filter: { size: { $gt: 1 } }, fields: ['title'] }, { filter: { size: { $gt: 1 } }, fields: ['title'] }],
    [
      'a window in an order',
      'admin',
      { sort: { size: -1 }, skip: 1, limit: 50, fields: ['size'] },
      { sort: { size: -1 }, skip: 1, limit: 50, fields: ['size'] },
    ],
  ]
  for (const [what, user, query, expected] of allowed) {
    it(`allow ${what}`, () => {
      assert.deepEqual(authorize('docs', rules, user, query), expected)
    })
  }

  const refused: [string, unknown, string][] = [
    ['filtering by a field that is not named', { filter: { secret: 'x' } }, 'filter.secret'],
    ['filtering by it inside of $and', { filter: { $and: [{ secret: 'x' }] } }, 'filter.secret'],
    ['filtering by a part of it', { filter: { 'secret.a': 'x' } }, 'filter.secret.a'],
    ['an operator that is not named', { filter: { title: { $ne: 'x' } } }, 'filter.title.$ne'],
    ['a joining operator that is not named', { filter: { $or: [{ title: 'x' }] } }, 'filter.$or'],
    ['an operator inside of $not', { filter: { $and: [{ title: { $ne: 1 } }] } }, 'filter.$and.0.title.$ne'],
    ['an unknown operator', { filter: { title: { $where: 'x' } } }, 'filter.title.$where'],
    ['sorting by a field that is not named', { sort: { title: 1 } }, 'sort.title'],
    ['reading a field that is not named', { fields: ['title', 'secret'] }, 'fields.1'],
    ['too large a window', { limit: 51 }, 'limit'],
    ['too long a list', { filter: { size: { $in: [1, 2, 3, 4] } } }, 'filter.size.$in'],
    ['too deep a filter', { filter: { $and: [{ $and: [{ $and: [{ title: 'x' }] }] }] } }, 'filter.$and.0.$and.0'],
    ['what is no query', { collation: 'x' }, 'collation'],
  ]
  for (const [what, query, path] of refused) {
    it(`refuse ${what}`, () => {
      assert.throws(
        () => authorize('docs', rules, 'admin', query),
        (error) => error instanceof QueryError && error.path === path,
      )
    })
  }

  it('deny who may not read', () => {
    assert.throws(() => authorize('docs', rules, 'nobody', {}), DeniedError)
  })

  it('deny everything where they name nothing', () => {
    assert.throws(() => authorize('docs', {}, 'admin', {}), DeniedError)
    assert.throws(() => {
      checkWritable('docs', {}, ['title'])
    }, DeniedError)
  })

  it('let "*" for filters mean what may be read', () => {
    assert.throws(() => authorize('docs', { ...rules, filterable: '*' }, 'admin', { filter: { secret: 1 } }), QueryError)
  })

  it('deny writing a field that is not named', () => {
    assert.throws(() => {
      checkWritable('docs', rules, ['title', 'owner'])
    }, /owner/)
  })

  const contradictions: [string, Rules][] = [
    ['reading without saying what', { read: () => true }],
    ['creating without saying what', { create: () => true }],
    ['patching without saying what', { patch: () => true }],
  ]
  for (const [what, contradiction] of contradictions) {
    it(`are refused when they allow ${what}`, () => {
      assert.throws(() => {
        checkRules('docs', contradiction)
      }, ArgumentError)
    })
  }

  it('throw nothing but errors of ours for any query', () => {
    for (const query of [
      null,
      1,
      'x',
      [],
      { filter: null },
      { sort: [] },
      { fields: {} },
      { limit: -1 },
      { filter: { __proto__: null, a: () => 1 } },
    ]) {
      try {
        authorize('docs', rules, 'admin', query)
      } catch (error) {
        assert.ok(error instanceof RachisError)
      }
    }
  })
})
