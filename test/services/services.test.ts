import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { withoutStartingServices } from '../../scripts/system-packages.mjs'
import { launchChromium } from './chromium.js'
import { freePort } from './free-port.js'
import { type Child, startChild } from './process.js'
import { type RedisServer, startRedis } from './redis.js'
import { type SecantusServer, startSecantus } from './secantus.js'

const echo = `const server = require('node:net').createServer((s) => s.end('hello')).listen(+process.env.PORT, '127.0.0.1', () => console.log('ready on ' + server.address().port))`

describe('test services', () => {
  describe('startChild', () => {
    let child: Child
    let port: number
    beforeEach(async () => {
      port = await freePort()
      child = await startChild({
        command: process.execPath,
        args: ['-e', echo],
        env: { ...process.env, PORT: String(port) },
        ready: /ready on (\d+)/,
      })
    })
    afterEach(() => child.kill())

    it('resolves with the line that says it is ready', () => {
      assert.equal(child.ready[1], String(port))
    })

    it('stops with SIGTERM', async () => {
      assert.equal(await child.stop(), 'SIGTERM')
    })

    it('kills with SIGKILL', async () => {
      assert.equal(await child.kill(), 'SIGKILL')
    })

    it('tells what a child wrote that ended too early', async () => {
      const failing = startChild({ command: process.execPath, args: ['-e', `console.error('no luck'); process.exit(3)`], ready: /ready/ })
      await assert.rejects(failing, /ended with 3 before a line matched \/ready\/[^]*no luck/)
    })

    it('ends with a run that is terminated', async () => {
      const module = join(import.meta.dirname, 'process.ts')
      const sleeper = `console.log('asleep as', process.pid), setInterval(() => {}, 1e6)`
      const run = `import(${JSON.stringify(module)}).then(async ({ startChild }) => {
        const { pid } = await startChild({ command: process.execPath, args: ['-e', ${JSON.stringify(sleeper)}], ready: /asleep/ })
        console.log('started', pid)
      })`
      const runner = await startChild({ command: process.execPath, args: ['--import=tsx', '-e', run], ready: /started (\d+)/ })
      await runner.stop()
      const isThere = (): boolean =>
        /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', runner.ready[1]!], { encoding: 'utf8' }).stdout.trim())
      for (let looks = 0; isThere(); looks += 1) assert.ok(looks < 500)
    })

    it('tells when a child could not be started', async () => {
      await assert.rejects(startChild({ command: '/nowhere/at-all', ready: /ready/ }), /could not be started/)
    })
  })

  describe('withoutStartingServices', () => {
    let folder: string
    let policy: string
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'rachis-policy-'))
      policy = join(folder, 'policy-rc.d')
    })
    afterEach(() => rmSync(folder, { recursive: true }))

    it('denies while it installs, and no longer', async () => {
      let during = ''
      await withoutStartingServices(() => (during = readFileSync(policy, 'utf8')), policy)
      assert.match(during, /exit 101/)
      assert.equal(existsSync(policy), false)
    })

    it('brings back the policy that was there, when the installation fails too', async () => {
      writeFileSync(policy, 'theirs')
      const failing = withoutStartingServices(() => Promise.reject(new Error('no network')), policy)
      await assert.rejects(failing, /no network/)
      assert.equal(readFileSync(policy, 'utf8'), 'theirs')
    })

    it('brings it back after a run that was killed', async () => {
      writeFileSync(policy, 'theirs')
      await withoutStartingServices(() => {
        for (const end of ['', '.before-rachis']) copyFileSync(policy + end, join(folder, `killed${end}`))
      }, policy)
      await withoutStartingServices(() => {}, join(folder, 'killed'))
      assert.equal(readFileSync(join(folder, 'killed'), 'utf8'), 'theirs')
    })
  })

  describe('launchChromium', () => {
    let browser: Browser
    let server: Server
    before(async function () {
      browser = await launchChromium(this)
      server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<title>Spine</title>'))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    })
    after(async () => {
      await (browser as Browser | undefined)?.close()
      ;(server as Server | undefined)?.close()
    })

    it('opens a page of a local server', async () => {
      const page = await browser.newPage()
      await page.goto(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`)
      assert.equal(await page.title(), 'Spine')
    })
  })

  describe('startRedis', () => {
    let redis: RedisServer
    before(async function () {
      redis = await startRedis(this)
    })
    after(() => (redis as RedisServer | undefined)?.stop())

    it('accepts connections', async () => {
      const { connect } = await import('node:net')
      const socket = connect(redis.port, '127.0.0.1')
      const answer = new Promise((resolve) => socket.once('data', (data) => resolve(data.toString())))
      socket.write('PING\r\n')
      assert.equal(await answer, '+PONG\r\n')
      socket.destroy()
    })
  })

  describe('startSecantus', () => {
    let server: SecantusServer
    before(async function () {
      server = await startSecantus(this)
    })
    after(() => (server as SecantusServer | undefined)?.stop())

    it('keeps its data when it is killed', async () => {
      const { default: mongoose } = await import('mongoose')
      const connection = await mongoose.createConnection(server.uri('test')).asPromise()
      await connection.collection('c').insertOne({ n: 1 })
      await connection.db!.admin().command({ fsync: 1 })
      await server.kill()
      await server.start()
      assert.equal(await connection.collection('c').countDocuments(), 1)
      await connection.close()
    })
  })
})
