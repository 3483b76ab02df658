import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Context } from 'mocha'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { node } from '../../scripts/run.mjs'
import { launchChromium } from '../services/chromium.js'
import { freePort } from '../services/free-port.js'
import { type Child, startChild } from '../services/process.js'

const root = join(import.meta.dirname, '../..')

/** What Chromium says by itself while there is no server. */
const expectedWhileDown = /WebSocket connection to .* failed|ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE)/

/** The example pages as `npm start` serves them, on a store of their own, and a browser. */
export class Site {
  readonly url: string
  /** Whatever the pages wrote to the console as errors, or threw. */
  readonly errors: string[] = []
  private server: Child | undefined

  private constructor(
    private readonly port: number,
    private readonly data: string,
    private readonly browser: Browser,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.url = `http://localhost:${String(port)}`
  }

  /** Builds what is stale and starts everything, the server with `env`; skips the tests where there is no Chromium. Close it in an `after` hook. */
  static async open(context: Context, env: NodeJS.ProcessEnv = {}): Promise<Site> {
    const browser = await launchChromium(context)
    if ((await node(join(root, 'esbuild.mjs'), ['--if-stale'], { stdio: 'ignore' })) !== 0) throw new Error('The build failed.')
    const site = new Site(await freePort(), mkdtempSync(join(tmpdir(), 'rachis-e2e-')), browser, env)
    await site.start()
    return site
  }

  async start(): Promise<void> {
    const args = ['dist/esm/cli.js', 'serve', '--config', 'dist/examples/config.js', '--port', String(this.port), '--data', this.data]
    this.server = await startChild({
      command: process.execPath,
      args,
      cwd: root,
      env: { ...process.env, ...this.env },
      ready: /Rachis serves/,
    })
  }

  /** SIGKILL: nothing is said goodbye to, nothing is flushed. */
  async kill(): Promise<void> {
    await this.server?.kill()
  }

  /** A page in a browser profile of its own; `origin` is another than this site's own that leads here. */
  async page(path: string, options: BrowserContextOptions = {}, origin = this.url): Promise<Page> {
    const page = await (await this.browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })).newPage()
    page.on('pageerror', (error) => this.errors.push(String(error.stack)))
    page.on('console', (message) => {
      if (message.type() === 'error' && !expectedWhileDown.test(message.text())) this.errors.push(message.text())
    })
    await page.goto(new URL(path, origin).href)
    return page
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.server?.stop()
    rmSync(this.data, { recursive: true, force: true })
  }
}
