import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { StoreError } from '../../../src/errors.js'
import { lockFolder } from '../../../src/server/embedded/folder-lock.js'
import { connected, rejection, withFolder } from './connect.js'

const CHILD = fileURLToPath(new URL('lock-process.ts', import.meta.url))

/** A process that locks the folder and holds it until it is told to go or is killed; `said` is 'held', or why not. */
async function startHolder(folder: string) {
  const child = spawn(process.execPath, ['--import=tsx', CHILD, folder], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [said] = (await once(child.stdout, 'data')) as [Buffer]
  return { child, said: said.toString().trim() }
}

const locks = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('.'))

describe('embedded driver: the lock of a data folder', () => {
  it('is held once and can be taken again when it is released', () =>
    withFolder(async (folder) => {
      const first = await lockFolder(folder)
      const error = await rejection(lockFolder(folder))
      assert.ok(error instanceof StoreError)
      assert.match(error.message, new RegExp(`process ${process.pid} is using it; stop that process`))
      assert.equal(locks(folder).length, 1)
      first.release()
      assert.deepEqual(locks(folder), [])
      ;(await lockFolder(folder)).release()
    }))

  it('of many processes that come at once only one holds it, and its death frees it', () =>
    withFolder(async (folder) => {
      const crowd = await Promise.all(Array.from({ length: 6 }, () => startHolder(folder)))
      const holders = crowd.filter(({ said }) => said === 'held')
      assert.ok(holders.length <= 1, `${holders.length} hold it`)
      for (const { said } of crowd) assert.match(said, /^held$|is using it/)
      for (const { child } of crowd) child.kill('SIGKILL')
      await Promise.all(crowd.map(async ({ child }) => child.signalCode ?? (await once(child, 'exit'))))
      const next = await lockFolder(folder)
      assert.equal(locks(folder).length, 1)
      next.release()
    })).timeout(60_000)

  it('of many callers that come at once only one holds it', () =>
    withFolder(async (folder) => {
      for (let round = 0; round < 20; round++) {
        const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)))
        const held = results.filter((result) => result.status === 'fulfilled')
        assert.ok(held.length <= 1, `${held.length} hold it`)
        for (const { value } of held) value.release()
        assert.deepEqual(locks(folder), [])
      }
    })).timeout(20_000)

  it('is taken for a folder with a long path', () =>
    withFolder(async (folder) => {
      const deep = join(folder, ...Array.from({ length: 4 }, () => 'a'.repeat(60)))
      mkdirSync(deep, { recursive: true })
      const lock = await lockFolder(deep)
      assert.match((await rejection(lockFolder(deep))).message, /is using it/)
      lock.release()
      ;(await lockFolder(deep)).release()
      const db = await connected(`embedded:${deep}`)
      await db.connection.collection('items').insertOne({ a: 1 })
      await db.disconnect()
      assert.deepEqual(locks(deep), [])
    }))

  it('is not taken from one whose socket can’t be removed', () =>
    withFolder(async (folder) => {
      mkdirSync(join(folder, '.lock-123-0123abcd'))
      const error = await rejection(lockFolder(folder))
      assert.ok(error instanceof StoreError)
      assert.match(error.message, /process 123 of another user may be using it; stop it, or delete .*\.lock-123-0123abcd/)
      assert.deepEqual(locks(folder), ['.lock-123-0123abcd'])
    }))

  it('does not keep its process alive', () =>
    withFolder(async (folder) => {
      const { child, said } = await startHolder(folder)
      assert.equal(said, 'held')
      child.stdin.end()
      assert.deepEqual(await once(child, 'exit'), [0, null])
    })).timeout(20_000)

  it('refuses a second thread of the same process', () =>
    withFolder(async (folder) => {
      const db = await connected(`embedded:${folder}`)
      const worker = new Worker(
        `const { workerData, parentPort } = require('node:worker_threads')
        import('tsx/esm/api').then(({ register }) => { register(); return import(workerData.module) })
          .then(({ lockFolder }) => lockFolder(workerData.folder))
          .then(() => parentPort.postMessage('held'), (error) => parentPort.postMessage(error.message))`,
        {
          eval: true,
          workerData: {
            folder,
            module: new URL('../../../src/server/embedded/folder-lock.ts', import.meta.url).href,
          },
        },
      )
      const [said] = (await once(worker, 'message')) as [string]
      assert.match(said, /is using it/)
      await worker.terminate()
      await db.disconnect()
    })).timeout(20_000)
})
