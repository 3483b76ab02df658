// What `npm start` serves: both pages on one port, on the embedded store in ./data.
import type { ServeConfig } from '../src/server/cli/config.js'
import { setUpCities } from './cities/server/set-up.js'
import { readPerson } from './todos/server/person.js'
import { setUpTodos } from './todos/server/set-up.js'
import { originsOf, readXmpp, setUpXmpp } from './todos/server/xmpp.js'

const xmpp = readXmpp(process.env)

export const config: ServeConfig = {
  pages: '.',
  origins: originsOf(xmpp),
  hub: { authenticate: (credentials) => ({ user: readPerson(credentials) }) },
  async setup(context) {
    setUpTodos(context)
    setUpXmpp(context, xmpp)
    await setUpCities(context)
  },
}
