import assert from 'node:assert/strict'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../../../services/chromium.js'
import { readGolden } from './read-golden.js'

/** `&l9;` is a billion words. */
const laughs =
  '<!ENTITY l0 "lol">' +
  Array.from({ length: 9 }, (_, index) => `<!ENTITY l${String(index + 1)} "${`&l${String(index)};`.repeat(10)}">`).join('')

describe('stanzas on the DOM of a browser', () => {
  let browser: Browser | undefined
  let page: Page
  before(async function () {
    browser = await launchChromium(this)
    page = await browser.newPage()
    const bundle = await build({
      entryPoints: [join(import.meta.dirname, 'read-golden.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'golden',
      platform: 'browser',
      target: 'es2022',
    })
    await page.addScriptTag({ content: bundle.outputFiles[0]!.text })
  })
  after(() => browser?.close())

  it('are read and written as with xmldom', async () => {
    assert.deepEqual(await page.evaluate('golden.readGolden()'), readGolden())
  })

  it('do not laugh a billion times', async () => {
    const { length } = await laughAt(laughs, '&l9;')
    assert.ok(length <= 10_000_000, String(length))
  })

  it('do not reach files', async () => {
    assert.deepEqual(await laughAt('<!ENTITY x SYSTEM "file:///etc/passwd">', '&x;'), { length: 0, isOurs: true })
  })

  function laughAt(declarations: string, content: string): Promise<{ length: number }> {
    return page.evaluate(`golden.laughAt(${JSON.stringify(declarations)}, ${JSON.stringify(content)})`)
  }
})
