import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { open } from 'lmdb'
import { StoreError } from '../../../src/errors.js'
import { embeddedStore } from '../../../src/server/embedded/index.js'
import { connected, rejection, withFolder } from './connect.js'

const CHILD = fileURLToPath(new URL('writer-process.ts', import.meta.url))

/** A process that opens the folder, says `open`, and then counts up the writes that were acknowledged. */
function startWriter(folder: string, limit: number) {
  const child = spawn(process.execPath, ['--import=tsx', CHILD, folder, String(limit)], { stdio: ['ignore', 'pipe', 'inherit'] })
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator]() }
}

async function fill(folder: string, documents: number): Promise<void> {
  const db = await connected(`embedded:${folder}`)
  await db.connection.collection('items').insertMany(Array.from({ length: documents }, (_, n) => ({ n, text: 'x'.repeat(100) })))
  await db.disconnect()
}

async function refusal(folder: string): Promise<string> {
  const error = await rejection(connected(`embedded:${folder}`))
  assert.ok(error instanceof StoreError, String(error))
  assert.ok(error.message.includes(folder))
  return error.message
}

describe('embedded driver: the data folder', () => {
  it('keeps data, catalogue, root id, epoch and position', () =>
    withFolder(async (folder) => {
      await fill(folder, 10)
      const seen: unknown[] = []
      for (let i = 0; i < 2; i++) {
        const db = await connected(`embedded:${folder}`)
        const store = embeddedStore(db.connection)!
        seen.push([store.rootId, store.position(), await db.connection.collection('items').countDocuments()])
        await db.disconnect()
      }
      assert.deepEqual(seen[0], seen[1])
    }))

  it('a folder of memory is gone when it is closed', async () => {
    const db = await connected('embedded:')
    await db.connection.collection('items').insertOne({ a: 1 })
    await db.disconnect()
    const again = await connected('embedded:')
    assert.equal(await again.connection.collection('items').countDocuments(), 0)
    await again.disconnect()
  })

  it('two connections of one process share it', () =>
    withFolder(async (folder) => {
      const [first, second] = [await connected(`embedded:${folder}`), await connected(`embedded:${folder}`)]
      await first.connection.collection('items').insertOne({ a: 1 })
      await first.disconnect()
      assert.equal(await second.connection.collection('items').countDocuments(), 1)
      await second.disconnect()
    }))

  it('is one by whatever links it is reached, also before it is there', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'real'))
      symlinkSync(join(folder, 'real'), join(folder, 'link'))
      const uri = `embedded:${join(folder, 'link', 'new', 'data')}`
      const first = await connected(uri)
      const second = await connected(uri)
      const third = await connected(`embedded:${join(folder, 'real', 'new', 'data')}`)
      await first.connection.collection('items').insertOne({ a: 1 })
      for (const each of [second, third]) assert.equal(await each.connection.collection('items').countDocuments(), 1)
      for (const each of [first, second, third]) await each.disconnect()
    }))

  it('refuses a foreign folder', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'letter.txt'), 'hello')
      assert.match(await refusal(folder), /letter\.txt.*name an empty folder/)
      assert.deepEqual(readdirSync(folder), ['letter.txt'])
    }))

  it('refuses a file', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'file'), 'hello')
      assert.match(await refusal(join(folder, 'file')), /not a folder/)
    }))

  if (process.platform === 'linux')
    it('refuses a place where nothing can be made', async () => {
      assert.match(await refusal('/proc/rachis/data'), /no such file or directory, mkdir '\/proc\/rachis'/)
    })

  // Windows doesn't remove what is open.
  if (process.platform !== 'win32')
    it('acknowledges nothing when it is removed or replaced while it is open', () =>
      withFolder(async (folder) => {
        const db = await connected(`embedded:${folder}`)
        const items = db.connection.collection('items')
        await items.insertOne({ n: 1 })
        renameSync(folder, `${folder}-aside`)
        const lost = (error: unknown): boolean =>
          error instanceof StoreError && /was removed or replaced while it was open/.test(error.message)
        await assert.rejects(items.insertOne({ n: 2 }), lost)
        mkdirSync(folder)
        writeFileSync(join(folder, 'data.mdb'), '')
        await assert.rejects(items.insertOne({ n: 3 }), lost)
        rmSync(folder, { recursive: true })
        renameSync(`${folder}-aside`, folder)
        await items.insertOne({ n: 4 })
        assert.deepEqual(
          await items
            .find()
            .map(({ n }) => n as number)
            .toArray(),
          [1, 4],
        )
        await db.disconnect()
      }))

  it('refuses the database of another application', () =>
    withFolder(async (folder) => {
      const other = open({ path: folder, noSubdir: false })
      await other.put('theirs', 1)
      await other.close()
      assert.match(await refusal(folder), /another application/)
    }))

  it('refuses garbage', () =>
    withFolder(async (folder) => {
      writeFileSync(join(folder, 'data.mdb'), Buffer.alloc(20_000, 7))
      assert.match(await refusal(folder), /not a database of this driver/)
    }))

  for (const part of [0.9, 0.5, 0.1]) {
    it(`refuses a file cut off at ${part * 100} %`, () =>
      withFolder(async (folder) => {
        await fill(folder, 2000)
        const file = join(folder, 'data.mdb')
        truncateSync(file, Math.floor(statSync(file).size * part))
        assert.match(await refusal(folder), /cut off|damaged/)
      }))
  }

  it('takes a folder whose creation was cut short for a new one', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, 'data'))
      writeFileSync(join(folder, 'data', 'data.mdb'), '')
      await fill(join(folder, 'data'), 1)
    }))

  it('refuses a newer format', () =>
    withFolder(async (folder) => {
      await fill(folder, 1)
      const file = join(folder, 'data.mdb')
      const bytes = readFileSync(file)
      for (let at = bytes.indexOf('format\0'); at >= 0; at = bytes.indexOf('format\0', at + 1)) bytes.writeInt32LE(99, at + 7)
      writeFileSync(file, bytes)
      assert.match(await refusal(folder), /format 99.*newer version/)
    }))

  it('is refused to a second process while the first lives, and opens after kill -9 with every acknowledged write', () =>
    withFolder(async (folder) => {
      const { child, lines } = startWriter(folder, Infinity)
      assert.equal((await lines.next()).value, 'open')
      assert.match(await refusal(folder), new RegExp(`process ${child.pid} is using it`))
      let acknowledged = 0
      while (acknowledged < 300) acknowledged = Number((await lines.next()).value ?? assert.fail('the writer ended by itself'))
      child.kill('SIGKILL')
      await once(child, 'exit')
      for (let line = await lines.next(); !line.done; line = await lines.next()) acknowledged = Number(line.value) || acknowledged

      const db = await connected(`embedded:${folder}`)
      const items = db.connection.collection('items')
      const stored = await items.find({}, { sort: { n: 1 } }).toArray()
      assert.ok(stored.length >= acknowledged, `${stored.length} of ${acknowledged}`)
      assert.deepEqual(
        stored.map(({ n }) => n as number),
        stored.map((_, i) => i + 1),
      )
      const store = embeddedStore(db.connection)!
      const epoch = store.position().slice(0, store.position().indexOf('.'))
      assert.equal(store.changesSince(`${epoch}.a0`)!.length, stored.length)
      await db.disconnect()
    })).timeout(20_000)

  it('loses no write while other processes try to open it', () =>
    withFolder(async (folder) => {
      const { child, lines } = startWriter(folder, 3000)
      assert.equal((await lines.next()).value, 'open')
      let refused = 0
      const trying = (async () => {
        while (child.exitCode === null) {
          const error = await rejection(connected(`embedded:${folder}`)).catch(() => undefined)
          if (error === undefined) break
          refused++
        }
      })()
      let acknowledged = 0
      for (let line = await lines.next(); !line.done; line = await lines.next()) acknowledged = Number(line.value)
      await trying
      assert.equal(acknowledged, 3000)
      assert.ok(refused > 0)
      const db = await connected(`embedded:${folder}`)
      assert.equal(await db.connection.collection('items').countDocuments(), acknowledged)
      await db.disconnect()
    })).timeout(30_000)
})
