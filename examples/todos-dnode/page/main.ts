import { connectClient } from 'rachis/compat-dnode'
import type { PubsubStatus } from 'rachis/server'
import { byId } from '../../shared/element.js'
import { AppView } from './app-view.js'
import { StatusView } from './status-view.js'
import { todos } from './todos.js'

const status = new StatusView()
const app = new AppView({ el: byId('app') })
todos.subscribe()

let isFirst = true
const url = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/dnode`
connectClient({ url, backoff: { max: 6_000 } }).status$.subscribe((connection) => {
  status.connected(connection)
  // Later connections bring the list up to date by themselves.
  if (connection.state === 'online' && isFirst) app.fetch()
  if (connection.state === 'online') app.reconnect()
  isFirst &&= connection.state !== 'online'
})
new EventSource('/status').addEventListener('message', ({ data }: MessageEvent<string>) => {
  status.served(JSON.parse(data) as PubsubStatus)
})
byId('new').focus({ preventScroll: true })
