import Backbone from 'backbone'
import { connectHere } from '../../shared/connect.js'
import { byId } from '../../shared/element.js'
import { showStatus } from '../../shared/notice.js'
import { AppView } from './app-view.js'
import { PeopleView } from './people-view.js'
import { whoAmI } from './person.js'
import { openTodos } from './todos.js'

const me = whoAmI()
const transport = connectHere(() => me)
showStatus(transport, byId('notice'))
new PeopleView({ el: byId('people') }).follow(transport, me)

const app = new AppView({ el: byId('app') })
app.start(openTodos(transport))

const router = new Backbone.Router()
// The route added last is tried first.
router.route('*other', 'all', () => app.show('all'))
router.route('active', 'active', () => app.show('active'))
router.route('completed', 'completed', () => app.show('completed'))
Backbone.history.start()
byId('new').focus({ preventScroll: true })
