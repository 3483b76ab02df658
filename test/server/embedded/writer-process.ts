import { connected } from './connect.js'

/* Writes one document after the other and says the number of each once it is acknowledged; killed by its parent. */
const [folder, limit] = process.argv.slice(2)
// Waits for a slow reader: a full pipe would otherwise be an error.
const say = (line: string) => new Promise<unknown>((resolve) => process.stdout.write(`${line}\n`, resolve))
const db = await connected(`embedded:${folder}`)
await say('open')
for (let n = 1; n <= Number(limit); n++) {
  await db.connection.collection('items').insertOne({ n })
  await say(String(n))
}
