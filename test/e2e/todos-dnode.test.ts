import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { node } from '../../scripts/run.mjs'
import { launchChromium } from '../services/chromium.js'
import { type Child, startChild } from '../services/process.js'
import { type RedisServer, startRedis } from '../services/redis.js'
import { type SecantusServer, startSecantus } from '../services/secantus.js'
import { shows, write } from './todo-list.js'

const root = join(import.meta.dirname, '../..')
/** What Chromium says by itself while there is no server. */
const expectedWhileDown = /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/

const online = (page: Page, text: string): Promise<void> => page.locator('#online').getByText(text, { exact: true }).waitFor()

describe('todos over dnode: two pages, two processes, one Redis', function () {
  this.timeout(120_000)
  let redis: RedisServer
  let mongodb: SecantusServer
  let browser: Browser
  let servers: [Child, Child]
  let ports: string[]
  let ada: Page
  let ben: Page
  const errors: string[] = []

  async function serve(port = '0'): Promise<Child> {
    const uris = ['--uri', mongodb.uri('todos'), '--redis', `redis://127.0.0.1:${String(redis.port)}`]
    const args = ['dist/examples/todos-dnode/server.js', '--port', port, ...uris]
    return startChild({ command: process.execPath, args, cwd: root, ready: /http:\/\/localhost:(\d+)/ })
  }
  async function open(port: string): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    page.on('pageerror', (error) => errors.push(String(error.stack)))
    page.on('console', (message) => {
      if (message.type() === 'error' && !expectedWhileDown.test(message.text())) errors.push(message.text())
    })
    await page.goto(`http://localhost:${port}/`)
    return page
  }

  before(async function () {
    browser = await launchChromium(this)
    if ((await node(join(root, 'esbuild.mjs'), ['--if-stale'], { stdio: 'ignore' })) !== 0) throw new Error('The build failed.')
    redis = await startRedis(this)
    mongodb = await startSecantus(this)
    servers = [await serve(), await serve()]
    ports = servers.map(({ ready }) => ready[1]!)
    ada = await open(ports[0]!)
    ben = await open(ports[1]!)
  })
  after(async () => {
    await (browser as Browser | undefined)?.close()
    await Promise.all(((servers as typeof servers | undefined) ?? []).map((server) => server.stop()))
    await (mongodb as SecantusServer | undefined)?.stop()
    await (redis as RedisServer | undefined)?.stop()
  })

  it('count each other', async () => {
    for (const page of [ada, ben]) {
      await online(page, '2 online')
      await page.getByText('2 servers on one Redis').waitFor()
    }
  })

  it('see what the other creates, updates and deletes', async () => {
    await write(ada, 'Water the basil')
    await shows(ben, ['Water the basil'])
    await write(ben, 'Ask Ines')
    await shows(ada, ['Water the basil', 'Ask Ines'])
    await ben.getByLabel('Done: Water the basil').check()
    await ada.locator('.todo.done').getByText('Water the basil').waitFor()
    await ada.getByText('Ask Ines').dblclick()
    await ada.fill('.edit', 'Ask Ines again')
    await ada.keyboard.press('Enter')
    await shows(ben, ['Water the basil', 'Ask Ines again'])
    await ada.getByText('Clear completed').click()
    await shows(ben, ['Ask Ines again'])
    await shows(ada, ['Ask Ines again'])
  })

  it('are told what the server refuses, and get it back', async () => {
    await write(ada, 'x'.repeat(141))
    await ada.locator('#refusal').getByText('140 characters at most').waitFor()
    assert.equal((await ada.inputValue('#new')).length, 141)
    await ada.fill('#new', '')
    await shows(ada, ['Ask Ines again'])
  })

  it('of a process that is killed are counted no more; its page comes back to the next one, and is brought up to date', async () => {
    await servers[1].kill()
    await ben.getByText('Offline').waitFor()
    await online(ada, 'only you')
    await write(ada, 'Meanwhile')
    await ada.getByLabel('Delete: Ask Ines again').click()
    await shows(ada, ['Meanwhile'])
    await shows(ben, ['Ask Ines again'])
    await write(ben, 'Too early')
    await ben.locator('#refusal').getByText('There is no connection').waitFor()
    servers[1] = await serve(ports[1])
    await shows(ben, ['Meanwhile'])
    await ben.locator('#refusal').waitFor({ state: 'hidden' })
    assert.equal(await ben.inputValue('#new'), 'Too early')
    await ben.fill('#new', '')
    for (const page of [ada, ben]) await online(page, '2 online')
    await ben.locator('#notice').waitFor({ state: 'hidden' })
  })

  it('show that Redis is away, go on, and hear of each other when it is back', async () => {
    await redis.halt()
    for (const page of [ada, ben]) await page.locator('#notice').getByText('Redis is away').waitFor()
    await write(ada, 'Of Ada alone')
    await shows(ada, ['Meanwhile', 'Of Ada alone'])
    const cara = await open(ports[1]!)
    await online(ben, '3 online')
    await redis.start()
    await shows(ben, ['Meanwhile', 'Of Ada alone'])
    for (const page of [ada, ben, cara]) {
      await page.locator('#notice').waitFor({ state: 'hidden' })
      await online(page, '3 online')
    }
    await write(ben, 'Of all again')
    await shows(ada, ['Meanwhile', 'Of Ada alone', 'Of all again'])
    await cara.close()
    for (const page of [ada, ben]) await online(page, '2 online')
  })

  it('wrote no error to the console', () => {
    assert.deepEqual(errors, [])
  })
})
