import assert from 'node:assert/strict'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../services/free-port.js'
import { type Child, startChild } from '../../services/process.js'
import { until } from '../../until.js'
import { buildCli, cli, runCli, temporaryFolder } from './run-cli.js'

const flights = Array.from({ length: 1_000 }, (_, index) => ({
  _id: `f${String(index)}`,
  delay: index % 60,
  on: { $date: '2026-01-02T03:04:05.000Z' },
}))

describe('rachis load, rachis tail', function () {
  this.timeout(60_000)
  const folder = temporaryFolder()
  const path = (name: string): string => join(folder.path, name)
  let server: Child
  let url: string
  before(async () => {
    await buildCli()
    writeFileSync(path('flights.json'), JSON.stringify(flights))
    writeFileSync(path('flights.jsonl'), flights.map((flight) => JSON.stringify(flight)).join('\n'))
    writeFileSync(path('broken.json'), '[\n  {"_id":"x1"},\n  {"_id":"x2",}\n]')
    const args = [cli, 'serve', '--port', '0', '--channel', 'flights', '--channel', 'lines', '--channel', 'broken', '--channel', 'stored']
    assert.equal((await runCli(['load', 'flights.json', '--node', 'stored', '--data', 'data'], { cwd: folder.path })).code, 0)
    server = await startChild({
      command: process.execPath,
      args,
      cwd: folder.path,
      env: { ...process.env, PORT: '' },
      ready: /serves (http\S+)/,
    })
    url = server.ready[1]!
  })
  after(async () => {
    await (server as Child | undefined)?.stop()
    folder.remove()
  })

  /** Follows a node until a line matches; the lines up to there, then its exit code. */
  async function tailUntil(pattern: RegExp, args: readonly string[]): Promise<{ lines: readonly string[]; code: number | NodeJS.Signals }> {
    const child = await startChild({
      command: process.execPath,
      args: [cli, 'tail', ...args, '--url', url],
      cwd: folder.path,
      ready: pattern,
    })
    const lines = [...child.lines]
    return { lines, code: await child.stop() }
  }
  const parse = (lines: readonly string[]): any[] => lines.map((line) => JSON.parse(line))

  for (const [file, node] of [
    ['flights.json', 'flights'],
    ['flights.jsonl', 'lines'],
  ] as const) {
    it(`loads ${file} over the wire`, async () => {
      const { code, stdout } = await runCli(['load', file, '--node', node, '--url', url], { cwd: folder.path })
      assert.match(stdout, new RegExp(`^1,000 items · [\\d,]+/s into node ${node}\n$`))
      assert.equal(code, 0)
      const { lines } = await tailUntil(/"commit"/, [node, '--filter', '{"delay":7}', '--limit', '100'])
      assert.equal(lines.filter((line) => line.includes('"publish"')).length, 17)
    })
  }

  it('loads straight into the store, dates as dates', async () => {
    const filter = '{"on":{"$gte":{"$date":"2026-01-01T00:00:00.000Z"}},"delay":1}'
    const { lines } = await tailUntil(/"commit"/, ['stored', '--filter', filter])
    const [, first] = parse(lines)
    assert.deepEqual([lines.length, first.item], [19, { delay: 1, on: { $date: '2026-01-02T03:04:05.000Z' } }])
  })

  it('loads the standard input, with a key of its own', async () => {
    const input = '{"code":"AA","n":1}\n{"code":"AA","n":2}\n'
    const { code } = await runCli(['load', '-', '--node', 'lines', '--key', 'code', '--url', url], { input })
    const { lines } = await tailUntil(/"commit"/, ['lines', '--filter', '{"code":"AA"}'])
    assert.deepEqual([code, parse(lines)[1]], [0, { type: 'publish', id: 'AA', item: { code: 'AA', n: 2 } }])
  })

  it('says in a log, once, that the server is away, and that it is back', async () => {
    const port = String(await freePort())
    const serve = (): Promise<Child> =>
      startChild({
        command: process.execPath,
        args: [cli, 'serve', '--port', port, '--channel', 'notes', '--data', 'away'],
        cwd: folder.path,
        ready: /serves/,
      })
    const args = [cli, 'tail', 'notes', '--url', `ws://localhost:${port}`]
    const child = await startChild({ command: process.execPath, args, cwd: folder.path, ready: /^rachis: offline: .*; trying again$/ })
    for (let round = 0; round < 2; round++) {
      const away = await serve()
      await until(() => child.lines.filter((line) => line === 'rachis: online again').length > round)
      await away.stop()
      await until(() => child.lines.filter((line) => line.startsWith('rachis: offline')).length > round + 1)
    }
    assert.equal(await child.stop(), 0)
    const notes = child.lines.flatMap((line) => /^rachis: (\w+)/.exec(line)?.[1] ?? [])
    assert.deepEqual(notes, ['offline', 'online', 'offline', 'online', 'offline'])
  })

  it('names line and column of what is not JSON, and says what was loaded', async () => {
    const { code, stderr } = await runCli(['load', 'broken.json', '--node', 'broken', '--url', url], { cwd: folder.path })
    assert.match(stderr, /broken\.json:3:15: it is not JSON: a name in quotes is expected, but found "}" \(input\)/)
    assert.equal(code, 3)
  })

  const refused: readonly [name: string, args: readonly string[], code: number, said: RegExp][] = [
    ['an unknown node', ['tail', 'nowhere'], 7, /no channel "nowhere"/],
    ['a load into an unknown node', ['load', 'flights.json', '--node', 'nowhere'], 7, /no channel "nowhere"/],
    ['a resume file of another kind', ['tail', 'lines', '--resume', 'flights.json'], 3, /not a file that `tail --resume` has written/],
  ]
  for (const [name, args, code, said] of refused) {
    it(`tells of ${name}`, async () => {
      const ran = await runCli([...args, '--url', url], { cwd: folder.path })
      assert.match(ran.stderr, said)
      assert.equal(ran.code, code)
    })
  }

  it('tail sorts and limits, then follows', async () => {
    const child = await startChild({
      command: process.execPath,
      args: [cli, 'tail', 'lines', '--sort', '{"delay":-1}', '--limit', '2', '--json', '--url', url],
      ready: /"commit"/,
    })
    const { code, stdout } = await runCli(['load', '-', '--node', 'lines', '--url', url], { input: '{"_id":"late","delay":99}' })
    assert.match(stdout, /^1 item · /)
    assert.equal(code, 0)
    const [line] = await child.line(/.*"late".*/)
    assert.deepEqual(JSON.parse(line), { type: 'publish', id: 'late', item: { delay: 99 } })
    assert.equal(await child.stop(), 0)
  })

  it('tail --resume goes on with what has changed since, and nothing else', async () => {
    const args = ['lines', '--filter', '{"delay":98}', '--resume', 'kept.json']
    const first = await tailUntil(/"commit"/, args)
    assert.deepEqual([first.lines.length, first.code], [2, 0])
    await runCli(['load', '-', '--node', 'lines', '--url', url], { input: '{"_id":"new","delay":98}' })
    const second = await tailUntil(/"commit"/, args)
    assert.deepEqual(
      parse(second.lines).map(({ type, id }) => [type, id]),
      [
        ['publish', 'new'],
        ['commit', undefined],
      ],
    )
    assert.deepEqual(JSON.parse(readFileSync(path('kept.json'), 'utf8')).items, [['new', { delay: 98 }]])
    assert.deepEqual(
      readdirSync(folder.path).filter((name) => name.endsWith('.tmp')),
      [],
    )
  })

  it('tail --resume refuses the file of another query', async () => {
    const { code, stderr } = await runCli(['tail', 'lines', '--resume', 'kept.json', '--url', url], { cwd: folder.path })
    assert.match(stderr, /belongs to another node or query/)
    assert.equal(code, 3)
  })

  it('tail ends when its reader does', async () => {
    const child = await startChild({
      command: 'sh',
      args: ['-c', `"${process.execPath}" "${cli}" tail lines --url ${url} | head -n 1; echo ended`],
      ready: /^ended$/,
    })
    assert.equal(child.lines.length, 2)
    await child.stop()
  })
})
