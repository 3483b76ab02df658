import Backbone from 'backbone'
import { expectTypeOf } from 'expect-type'
import {
  connectClient,
  DnodeClient,
  DnodeCollection,
  DnodeModel,
  install,
  middleware,
  sync,
} from '../../src/backbone/compat/dnode/index.js'

interface Foo {
  bar: string
}

class FooModel extends DnodeModel<Foo> {}
class Foos extends DnodeCollection<DnodeModel<Foo>> {}

const foos = new Foos()
expectTypeOf(foos.subscribe()).toEqualTypeOf<Foos>()
expectTypeOf(foos.subscribe({ url: 'foos' }, (count) => expectTypeOf(count).toEqualTypeOf<number | undefined>())).toEqualTypeOf<Foos>()
expectTypeOf(foos.unsubscribe((count) => count)).toEqualTypeOf<Foos>()
foos.fetch({ query: { bar: 'x' }, sorting: { sort: [['created', -1]], limit: 20 }, fields: ['bar'], silent: true, add: true })
foos.create({ bar: 'x' }, { wait: true, finished: () => undefined })
expectTypeOf(foos.at(0).get('bar')).toExtend<string | undefined>()
new FooModel({ bar: 'x' }).save({ bar: 'y' }, { finished: (model, response) => expectTypeOf(response).toBeUnknown() })
expectTypeOf<Foos>().toExtend<Backbone.Collection>()

expectTypeOf(sync('read', foos)).toEqualTypeOf<Promise<unknown>>()
expectTypeOf(install(Backbone)).toEqualTypeOf<() => void>()
expectTypeOf(middleware({ pubsub: true })).toBeFunction()
expectTypeOf(new DnodeClient().middleware()).toEqualTypeOf(middleware())
// @ts-expect-error a URL is needed
connectClient({})
// @ts-expect-error it is 1 or -1
foos.fetch({ sorting: { sort: [['created', 7]] } })
