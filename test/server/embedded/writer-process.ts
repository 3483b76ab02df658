import { writeSync } from 'node:fs'
import { connected } from './connect.js'

/* Writes one document after the other and says the number of each once it is acknowledged; killed by its parent. */
const [folder, limit] = process.argv.slice(2)
const db = await connected(`embedded:${folder}`)
writeSync(1, 'open\n')
for (let n = 1; n <= Number(limit); n++) {
  await db.connection.collection('items').insertOne({ n })
  writeSync(1, `${n}\n`)
}
