import { type Connection, Schema } from 'mongoose'
import { listenDnode } from '../../../src/server/dnode/listen.js'
import { Hub } from '../../../src/server/hub/hub.js'
import { openEmbedded } from '../embedded-connection.js'
import { openRules } from '../notes.js'

/*
 * A server on an embedded store, which says what the store holds and then its port. With `mortal` it kills itself with -9 as soon as a
 * client's write is committed: before anybody is told of it.
 */
const [scheme, folder, port, mortal] = process.argv.slice(2)
const connection = await openEmbedded(`embedded:${folder!}`)
const definition: object = { _id: String, title: { type: String, required: true }, saves: { type: Number, default: 0 } }
const schema = new Schema<{ title: string; saves: number }>(definition)
schema.pre('save', function () {
  this.saves++
})
const model = connection.model('Counted', schema)
if (mortal === 'mortal') {
  const { transaction } = connection
  connection.transaction = async function (this: Connection, ...args: Parameters<typeof transaction>) {
    await transaction.apply(this, args)
    process.kill(process.pid, 'SIGKILL')
  } as typeof transaction
}
console.log(`holds ${JSON.stringify(await model.find().lean())}`)
const hub = new Hub()
hub.channel('notes', { model: model as never, rules: openRules })
const at = { port: Number(port), host: '127.0.0.1' }
const listener = await listenDnode(hub, scheme === 'ws' ? at : { tcp: at })
console.log(`port ${String(listener.port ?? listener.tcpPort)}`)
