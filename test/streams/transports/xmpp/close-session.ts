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
// What is read of a file ends by itself: Node 24's loader of modules may not be done.
while (process.getActiveResourcesInfo().includes('FSReqCallback')) await new Promise(setImmediate)
console.log(`left: ${JSON.stringify(process.getActiveResourcesInfo().filter((name) => name !== 'PipeWrap'))}`)
