import assert from 'node:assert/strict'
import Backbone from 'backbone'
import fc from 'fast-check'
import { BehaviorSubject } from 'rxjs'
import { bindElement, bindViews } from '../../src/backbone/view.js'

/** As much of an element as a list needs, counting what is done to it. */
class StubElement {
  readonly children: StubElement[] = []
  parent: StubElement | undefined
  operations = 0
  constructor(readonly name = '') {}
  insertBefore(child: StubElement, before: StubElement | null): void {
    this.operations++
    child.detach()
    const index = before === null ? this.children.length : this.children.indexOf(before)
    assert.ok(index >= 0)
    this.children.splice(index, 0, child)
    child.parent = this
  }
  append(child: StubElement): void {
    this.insertBefore(child, null)
  }
  detach(): void {
    const { parent } = this
    parent?.children.splice(parent.children.indexOf(this), 1)
    this.parent = undefined
  }
  remove(): void {
    if (this.parent !== undefined) this.parent.operations++
    this.detach()
  }
}

function shown(collection: Backbone.Collection, empty = false) {
  const el = new StubElement()
  let made = 0
  const view = (name: string) => {
    const own = new StubElement(name)
    return { el: own as unknown as Element, remove: () => own.remove() }
  }
  const make = (model: Backbone.Model) => {
    made++
    return view(String(model.id))
  }
  const subscription = bindViews(collection, el as unknown as Element, make, empty ? { empty: () => view('empty') } : {})
  const count = (act: () => void) => {
    el.operations = made = 0
    act()
    return { operations: el.operations, made }
  }
  return { el, subscription, count, names: () => el.children.map(({ name }) => name) }
}

describe('bindViews', () => {
  const cases: [string, (c: Backbone.Collection) => void, number, number][] = [
    ['add in the middle', (c) => c.add({ id: 'x' }, { at: 2 }), 1, 1],
    ['remove', (c) => c.remove('b' as any), 1, 0],
    ['first to last', (c) => c.set([...c.models.slice(1), c.models[0]!]), 1, 0],
    ['last to first', (c) => c.set([c.models[3]!, ...c.models.slice(0, 3)]), 1, 0],
    ['two swapped', (c) => c.set([c.models[1]!, c.models[0]!, c.models[2]!, c.models[3]!]), 1, 0],
    ['reset to the same models', (c) => c.reset(c.models.slice()), 0, 0],
    ['a change', (c) => c.at(0).set('n', 1), 0, 0],
  ]
  for (const [name, act, operations, made] of cases) {
    it(`${name}: ${operations} operations, ${made} new views`, () => {
      const collection = new Backbone.Collection([{ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' }])
      const list = shown(collection)
      assert.deepEqual(
        list.count(() => act(collection)),
        { operations, made },
      )
      assert.deepEqual(list.names(), collection.pluck('id'))
    })
  }

  it('shows what there is when it begins, and a place holder while there is nothing', () => {
    const collection = new Backbone.Collection()
    const list = shown(collection, true)
    assert.deepEqual(list.names(), ['empty'])
    collection.add({ id: 'a' })
    assert.deepEqual(list.names(), ['a'])
    collection.reset()
    assert.deepEqual(list.names(), ['empty'])
  })

  it('removes all views and listens no longer when it ends', () => {
    const collection = new Backbone.Collection([{ id: 'a' }])
    const list = shown(collection)
    list.subscription.unsubscribe()
    collection.add({ id: 'b' })
    assert.deepEqual(list.names(), [])
    assert.deepEqual(Object.keys((collection as any)._events ?? {}), [])
  })

  it('equals the collection after any set', () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.nat(12)), { maxLength: 8 }), (lists) => {
        const collection = new Backbone.Collection()
        const list = shown(collection)
        for (const ids of lists) {
          collection.set(ids.map((id) => ({ id: `k${id}` })) as any)
          assert.deepEqual(list.names(), collection.pluck('id'))
        }
        list.subscription.unsubscribe()
      }),
    )
  })
})

describe('bindElement', () => {
  it('shows each value until it ends', () => {
    const values = new BehaviorSubject('one')
    const el = { textContent: '' }
    const subscription = bindElement(values, el as unknown as Element, (each, value) => (each.textContent = value))
    values.next('two')
    subscription.unsubscribe()
    values.next('three')
    assert.equal(el.textContent, 'two')
  })
})
