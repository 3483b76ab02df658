import Backbone from 'backbone'
import type { FeedNode } from 'rachis'
import { connectHere } from '../../shared/connect.js'
import { byId } from '../../shared/element.js'
import { showStatus } from '../../shared/notice.js'
import { keptAccount } from './account.js'
import { AppView } from './app-view.js'
import { PeopleView } from './people-view.js'
import { whoAmI } from './person.js'
import { openTodos, type Todo } from './todos.js'
import { chosenWire, showChosen, showWire } from './wire.js'

const me = whoAmI()
const here = connectHere(() => me)
const people = new PeopleView({ el: byId('people') })
const wire = chosenWire()
showChosen(wire)
showWire('dnode', here)

if (wire === 'dnode') {
  showStatus(here, byId('notice'), () => 'changes wait')
  people.follow(here, me)
  begin(here.node<Todo>('todos'))
}

// Whoever never asks for XMPP doesn't load it.
if (wire === 'xmpp' || keptAccount() !== undefined) {
  const { enterXmpp, watchXmpp } = await import('./enter-xmpp.js')
  if (wire === 'dnode') watchXmpp()
  else {
    people.alone(me)
    begin(await enterXmpp(here))
  }
}

/** From here on it is the same, whatever carries the todos. */
function begin(node: FeedNode<Todo>): void {
  const app = new AppView({ el: byId('app') })
  app.start(openTodos(node))
  const router = new Backbone.Router()
  // The route added last is tried first.
  router.route('*other', 'all', () => app.show('all'))
  router.route('active', 'active', () => app.show('active'))
  router.route('completed', 'completed', () => app.show('completed'))
  Backbone.history.start()
  byId('entry').inert = false
  byId('new').focus({ preventScroll: true })
}
