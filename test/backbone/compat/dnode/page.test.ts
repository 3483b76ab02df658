import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { entries } from '../../../../scripts/entries.mjs'
import { node } from '../../../../scripts/run.mjs'
import { exportedNames, root } from '../../../house/sources.js'
import { launchChromium } from '../../../services/chromium.js'
import { PlainServer } from './plain-server.js'

const scripts = [
  'node_modules/rxjs/dist/bundles/rxjs.umd.min.js',
  'node_modules/underscore/underscore-umd-min.js',
  'node_modules/backbone/backbone-min.js',
  'dist/browser/rachis.compat-dnode.global.js',
]

describe('compat-dnode in a page', () => {
  let browser: Browser
  let server: PlainServer
  before(async function () {
    this.timeout(120_000)
    assert.equal(await node(join(root, 'esbuild.mjs'), ['--if-stale'], { stdio: 'ignore' }), 0)
    browser = await launchChromium(this)
    server = await PlainServer.start()
  })
  after(async () => {
    await (browser as Browser | undefined)?.close()
    await (server as PlainServer | undefined)?.stop()
  })

  async function open(): Promise<Page> {
    const page = await browser.newPage()
    for (const script of scripts) await page.addScriptTag({ path: join(root, script) })
    return page
  }

  it('has a script of its own, which sets RachisDnode', async () => {
    const page = await open()
    const { source } = entries.find(({ script }) => script === 'RachisDnode')!
    const values = exportedNames(source).filter(({ kind }) => kind === 'value')
    assert.deepEqual(
      await page.evaluate('Object.keys(RachisDnode).sort()'),
      values.map(({ name }) => name),
    )
  })

  it('speaks with plain dnode, and two pages see the same', async () => {
    const url = await server.webSocket()
    const pages = await Promise.all([open(), open()])
    for (const page of pages)
      await page.evaluate(`new Promise((subscribed) => {
        RachisDnode.connectClient({ url: ${JSON.stringify(url)} })
        const Foos = RachisDnode.DnodeCollection.extend({ type: 'foo', url: 'foos' })
        window.foos = new Foos()
        window.added = new Promise((resolve) => foos.once('add', resolve))
        foos.subscribe({}, subscribed)
      })`)
    const id = await pages[0].evaluate(`new Promise((finished) => foos.create({ bar: 'ü' }, { finished: (model) => finished(model.id) }))`)
    assert.deepEqual(await pages[1].evaluate('added.then((model) => model.attributes)'), { _id: id, bar: 'ü' })
    await pages[1].evaluate(`new Promise((finished) => foos.at(0).save({ bar: 'other' }, { finished: () => finished() }))`)
    await pages[0].waitForFunction(`foos.at(0).get('bar') === 'other'`)
  })
})
