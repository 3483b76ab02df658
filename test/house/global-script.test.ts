import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { entries } from '../../scripts/entries.mjs'
import { node } from '../../scripts/run.mjs'
import { launchChromium } from '../services/chromium.js'
import { exportedNames, root } from './sources.js'

const rxjs = 'node_modules/rxjs/dist/bundles/rxjs.umd.min.js'
const backbone = ['node_modules/underscore/underscore-umd-min.js', 'node_modules/backbone/backbone-min.js']
const rachis = 'dist/browser/rachis.global.js'

describe('the global script', () => {
  let browser: Browser
  let page: Page
  let errors: string[]
  before(async function () {
    assert.equal(await node(join(root, 'esbuild.mjs'), ['--if-stale'], { stdio: 'ignore' }), 0)
    browser = await launchChromium(this)
  })
  after(() => (browser as Browser | undefined)?.close())
  beforeEach(async () => {
    page = await browser.newPage()
    errors = []
    page.on('pageerror', ({ message }) => errors.push(message))
  })
  afterEach(() => page.close())

  it('sets Rachis, with every value that the entries for pages export', async () => {
    await load(rxjs, ...backbone, rachis)
    const values = entries
      .filter(({ global }) => global)
      .flatMap(({ source }) => exportedNames(source).filter(({ kind }) => kind === 'value'))
    const expected = [...new Set(values.map(({ name }) => name))].sort()
    assert.deepEqual(await page.evaluate('Object.keys(Rachis).sort()'), expected)
    assert.deepEqual(errors, [])
  })

  it('names the script that is missing before it', async () => {
    await load(...backbone, rachis)
    assert.deepEqual(errors, ['rachis.global.js needs the global rxjs: load the script of rxjs before it.'])
  })

  async function load(...scripts: string[]): Promise<void> {
    for (const script of scripts) await page.addScriptTag({ path: join(root, script) }).catch(() => undefined)
  }
})
