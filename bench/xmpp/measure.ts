// The XMPP bench itself, in a process of its own, so that it runs as in production whatever the caller's environment is.
import type { Row } from '../row.js'
import { measureLive } from './live.js'
import { measureSnapshots } from './snapshot.js'

const only = process.argv.slice(2)
const wanted = (name: string): boolean => only.every((part) => name.includes(part))

const report = (name: string, unit: string, value: number, peer: string, peerValue: number): void => {
  const row: Row = { suite: 'xmpp', case: name, subject: 'rachis', unit, value, peer, peerValue, ratio: peerValue / value }
  if (process.send === undefined) console.log(JSON.stringify(row))
  else process.send(row)
}

await measureLive(report, wanted)
await measureSnapshots(report, wanted)
process.disconnect?.()
