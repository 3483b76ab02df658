import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildCli, root, runCli, temporaryFolder } from './run-cli.js'

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }

describe('rachis', () => {
  const folder = temporaryFolder()
  before(async function () {
    this.timeout(60_000)
    await buildCli()
    writeFileSync(join(folder.path, 'bad.config.json'), '{"prot": 1}')
    writeFileSync(join(folder.path, 'worse.config.json'), '{"port": ')
    writeFileSync(join(folder.path, 'port.config.json'), '{"port": "8080"}')
  })
  after(() => folder.remove())

  const cases: readonly [args: string, code: number, said: RegExp][] = [
    ['--version', 0, new RegExp(`^${version.replaceAll('.', '\\.')}\n$`)],
    ['--help', 0, /serve[^]*load FILE[^]*tail NAME[^]*Exit codes:[^]*in use/],
    ['', 2, /no command is given/],
    ['fly', 2, /there is no command fly; there are serve, load, tail/],
    ['--fly', 2, /there is no flag --fly/],
    ['serve --help', 0, /--port N[^]*--data DIR/],
    ['load --help', 0, /--node NAME[^]*--key FIELD/],
    ['tail --help', 0, /--filter JSON[^]*--resume FILE/],
    ['serve --prot 1', 2, /serve: there is no flag --prot; did you mean --port\?/],
    ['serve --port', 2, /serve: --port needs a value, --port N/],
    ['serve --port --data x', 2, /serve: --port needs a value/],
    ['serve --port 1 --port 2', 2, /--port is given twice/],
    ['serve --port 65536', 2, /--port must be an integer from 0 to 65535, not "65536"/],
    ['serve --port eighty', 2, /--port must be an integer/],
    ['serve now', 2, /"now" is one argument too many/],
    ['serve --config none.json', 3, /none\.json: the configuration can't be read/],
    ['serve --config bad.config.json', 3, /there is no setting "prot"; there are port, host/],
    ['serve --config worse.config.json', 3, /the configuration can't be read/],
    ['serve --config port.config.json', 3, /port can't be "8080"/],
    ['serve --host no.such.host.invalid --port 0 --data x', 4, /no\.such\.host\.invalid is no address of this machine/],
    ['load', 2, /load: FILE is missing/],
    ['load x.json', 2, /--node NAME is missing/],
    ['load x.json --node n --url ws://localhost:1 --data d', 2, /--url and --data exclude each other/],
    ['load x.json --node n --codec atom --data d', 2, /--codec and --data exclude each other/],
    ['load x.json --node xmpp://a@b/c --data d', 2, /--data is a folder, in which there is no node xmpp:/],
    ['load none.json --node n --data d', 3, /none\.json: it can't be read/],
    ['load . --node n --data d', 3, /it is not a file/],
    ['tail', 2, /tail: NAME is missing/],
    ['tail n --filter {', 2, /--filter must be JSON, not "\{"/],
    ['tail n --filter [1]', 2, /--filter must be a JSON object/],
    ['tail n --filter {"a":{"$foo":1}}', 2, /filter\.a\.\$foo/],
    ['tail n --limit -1', 2, /--limit must be an integer/],
    ['tail n --limit=many', 2, /--limit must be an integer/],
    ['tail n --json=yes', 2, /--json takes no value/],
    ['tail n --url localhost', 2, /--url must begin with ws:/],
    ['load bad.config.json --node n --url ws://127.0.0.1:1', 6, /can't be reached/],
  ]
  for (const [args, code, said] of cases) {
    it(`${args || '(nothing)'} ends with ${String(code)}`, async () => {
      const ran = await runCli(args === '' ? [] : args.split(' '), { cwd: folder.path })
      assert.match(ran.stdout + ran.stderr, said)
      assert.equal(ran.code, code, ran.stderr)
    })
  }

  it('a PORT that is no port is named', async () => {
    const ran = await runCli(['serve'], { cwd: folder.path, env: { PORT: 'http' } })
    assert.deepEqual([ran.code, ran.stderr.includes('PORT must be an integer')], [2, true])
  })
})
