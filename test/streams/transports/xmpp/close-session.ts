// Opens a session, closes it, and writes what then keeps the process up. Arguments: service, jid, password, and when to close: `at once`, or when `online`.
import { Strophe } from 'strophe.js'
import { SessionProbe } from './session-probe.js'

const [, , service, jid, password, when] = process.argv
;(Strophe as { setLogLevel(level: number): void }).setLogLevel(4)
const probe = new SessionProbe({ service: service!, jid: jid!, password: password!, keepalive: 100_000, timeout: 100_000 })
if (when === 'online') {
  await probe.state('online')
  await probe.disco(probe.session.domain)
  probe.disco(probe.session.domain).catch(() => undefined)
}
await probe.session.close()
// `fetch` lets its sockets go a turn after their last answer.
for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate)
// What it writes by, and what the loader of modules may still be reading (Node 24).
const others = ['PipeWrap', 'FSReqCallback']
console.log(`left: ${JSON.stringify(process.getActiveResourcesInfo().filter((name) => !others.includes(name)))}`)
