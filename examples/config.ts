// What `npm start` serves: both pages on one port, on the embedded store in ./data.
import type { ServeConfig } from '../src/server/cli/config.js'
import { setUpCities } from './cities/server/set-up.js'
import { readPerson } from './todos/server/person.js'
import { setUpTodos } from './todos/server/set-up.js'

export const config: ServeConfig = {
  pages: '.',
  hub: { authenticate: (credentials) => ({ user: readPerson(credentials) }) },
  async setup(context) {
    setUpTodos(context)
    await setUpCities(context)
  },
}
