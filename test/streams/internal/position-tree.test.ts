import assert from 'node:assert/strict'
import fc from 'fast-check'
import { PositionTree, type TreeNode } from '../../../src/streams/internal/position-tree.js'

interface Member {
  readonly value: number
  leaf: TreeNode<Member> | undefined
}
const member = (value: number): Member => ({ value, leaf: undefined })
const byValue = (a: Member, b: Member): number => a.value - b.value

/** What the tree must be equal to at every moment. */
class Model {
  readonly tree = new PositionTree<Member>()
  readonly list: Member[] = []

  check(): void {
    assert.equal(this.tree.size, this.list.length)
    assert.deepEqual(
      this.tree.range().map((each) => each.value),
      this.list.map((each) => each.value),
    )
    this.list.forEach((each, index) => {
      assert.equal(this.tree.at(index), each)
      assert.equal(this.tree.indexOf(each), index)
    })
    assert.equal(this.tree.at(this.list.length), undefined)
    assert.equal(this.tree.at(-1), undefined)
  }
}

const size = fc.integer({ min: 0, max: 9000 })

describe('PositionTree', () => {
  it('equals an array under insertions, removals and loads at random positions', () => {
    const action = fc.oneof(
      fc.record({
        do: fc.constant('insert' as const),
        count: fc.integer({ min: 1, max: 700 }),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({
        do: fc.constant('remove' as const),
        count: fc.integer({ min: 1, max: 900 }),
        at: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.record({ do: fc.constant('load' as const), count: size, at: fc.constant(0) }),
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 10 }), (actions) => {
        const { tree, list } = new Model()
        const model = { tree, list }
        let next = 0
        for (const { do: what, count, at } of actions) {
          if (what === 'load') {
            list.length = 0
            for (let added = 0; added < count; added++) list.push(member(next++))
            tree.load(list)
          }
          for (let time = 0; what !== 'load' && time < count; time++) {
            const index = Math.floor(at * (list.length + (what === 'insert' ? 1 : 0)) * 0.999)
            if (what === 'insert') {
              const added = member(next++)
              tree.insert(index, added)
              list.splice(index, 0, added)
            } else if (list.length > 0) assert.equal(tree.remove(list.splice(index, 1)[0]!), index)
          }
          Model.prototype.check.call(model)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('finds, inserts and removes by order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 4000 }), (values) => {
        const { tree, list } = new Model()
        for (const value of values) {
          const probe = member(value)
          tree.seek(probe, byValue)
          const index = tree.position
          if (tree.found?.value === value) {
            assert.equal(list[index]!.value, value)
            tree.removeFound()
            list.splice(index, 1)
          } else {
            tree.insertFound(probe)
            list.splice(index, 0, probe)
          }
        }
        Model.prototype.check.call({ tree, list })
        assert.deepEqual(list, list.toSorted(byValue))
      }),
      { numRuns: 60 },
    )
  })

  it('gives ranges', () => {
    const { tree, list } = new Model()
    for (let value = 0; value < 500; value++) list.push(member(value))
    tree.load(list)
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [60, 70],
      [-5, 3],
      [499, 900],
      [0, Infinity],
      [7, 3],
    ] as const) {
      assert.deepEqual(tree.range(from, to), list.slice(Math.max(0, from), Math.max(0, to)))
    }
  })
})
