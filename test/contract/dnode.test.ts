import { startDnode } from './dnode-driver.js'
import { describeTransport } from './transport.js'

for (const [name, scheme] of [
  ['WebSocket', 'ws'],
  ['TCP', 'tcp'],
] as const) {
  describeTransport(`DNode over ${name}`, { start: async () => (await startDnode(scheme)).env })
}
