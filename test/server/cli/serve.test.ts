import assert from 'node:assert/strict'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, startChild } from '../../services/process.js'
import { buildCli, cli, runCli, temporaryFolder } from './run-cli.js'

/** Starts `rachis serve` in a folder, on a port that is free. */
export function startServer(cwd: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Child> {
  const command = [cli, 'serve', '--port', '0', ...args]
  return startChild({
    command: process.execPath,
    args: command,
    cwd,
    env: { ...process.env, PORT: '', ...env },
    ready: /serves (http:\/\/localhost:(\d+)\/)/,
  })
}

describe('rachis serve', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  let server: Child
  let url: string
  before(async () => {
    await buildCli()
    mkdirSync(join(folder.path, 'pages/inner'), { recursive: true })
    writeFileSync(join(folder.path, 'pages/index.html'), '<title>Home</title>')
    writeFileSync(join(folder.path, 'pages/inner/a.js'), 'export {}')
    writeFileSync(join(folder.path, 'pages/.secret'), 'hidden')
    writeFileSync(join(folder.path, 'outside.txt'), 'outside')
    server = await startServer(folder.path, ['--pages', 'pages', '--channel', 'notes', '--tcp', '0'])
    url = server.ready[1]!
  })
  after(async () => {
    await (server as Child | undefined)?.stop()
    folder.remove()
  })

  it('says where, over HTTP and TCP', async () => {
    assert.match((await server.line(/^and tcp.*/))[0], /^and tcp:\/\/localhost:\d+$/)
  })

  it('keeps its store in ./data', () => {
    assert.ok(existsSync(join(folder.path, 'data')))
  })

  const pages: readonly [path: string, status: number, content: RegExp][] = [
    ['', 200, /Home/],
    ['index.html?x=1#y', 200, /Home/],
    ['inner/a.js', 200, /export/],
    ['inner', 404, /no such page/],
    ['nothing', 404, /no such page/],
    ['.secret', 404, /no such page/],
    ['%2e%2e/outside.txt', 404, /no such page/],
    ['..%2foutside.txt', 404, /no such page/],
    ['%00', 404, /no such page/],
    ['%zz', 404, /no such page/],
  ]
  for (const [path, status, content] of pages) {
    it(`answers GET /${path} with ${String(status)}`, async () => {
      const response = await fetch(url + path)
      assert.equal(response.status, status)
      assert.match(await response.text(), content)
    })
  }

  it('answers that nothing has changed, and allows no other method', async () => {
    const etag = (await fetch(url)).headers.get('etag')!
    assert.equal((await fetch(url, { headers: { 'if-none-match': etag } })).status, 304)
    assert.equal((await fetch(url, { method: 'POST' })).status, 405)
  })

  it('names the port that is in use, and disturbs nobody', async () => {
    const { code, stderr } = await runCli(['serve', '--port', server.ready[2]!, '--data', 'other'], { cwd: folder.path })
    assert.deepEqual(
      [code, /port \d+ of localhost is in use[^]*--port/.test(stderr), existsSync(join(folder.path, 'other'))],
      [4, true, false],
    )
    assert.equal((await fetch(url)).status, 200)
  })

  it('names the data folder that is in use', async () => {
    const { code, stderr } = await runCli(['serve', '--port', '0'], { cwd: folder.path })
    assert.equal(code, 5, stderr)
    assert.match(stderr, /data[^]*\(store\)/)
  })

  it('takes its port from PORT, and what it serves from a file', async () => {
    const home = temporaryFolder()
    writeFileSync(join(home.path, 'rachis.config.mjs'), `export const config = { data: './kept', setup: ({ note }) => note('set up') }`)
    const args = [cli, 'serve']
    const child = await startChild({
      command: process.execPath,
      args,
      cwd: home.path,
      env: { ...process.env, PORT: '0' },
      ready: /serves http/,
    })
    await child.line(/set up/)
    assert.equal(await child.stop(), 0)
    assert.ok(existsSync(join(home.path, 'kept')))
    home.remove()
  })

  it('ends with 0 when it is asked to stop, having said so to its clients', async () => {
    const home = temporaryFolder()
    const child = await startServer(home.path, ['--channel', 'notes'])
    const client = await startChild({
      command: process.execPath,
      args: [cli, 'tail', 'notes', '--url', child.ready[1]!],
      env: { ...process.env },
      ready: /commit/,
    })
    assert.equal(await child.stop(), 0)
    assert.equal(await client.stop(), 0)
    home.remove()
  })
})
