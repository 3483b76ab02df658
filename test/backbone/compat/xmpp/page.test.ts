import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { entries } from '../../../../scripts/entries.mjs'
import { node } from '../../../../scripts/run.mjs'
import { exportedNames, root } from '../../../house/sources.js'
import { launchChromium } from '../../../services/chromium.js'
import { startProsody } from '../../../services/prosody.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import { OldClient } from './old-client.js'

const scripts = [
  'node_modules/jquery/dist/jquery.min.js',
  'node_modules/rxjs/dist/bundles/rxjs.umd.min.js',
  'node_modules/underscore/underscore-umd-min.js',
  'node_modules/backbone/backbone-min.js',
  'node_modules/strophe.js/dist/strophe.umd.min.js',
  'dist/browser/rachis.compat-xmpp.global.js',
]

describe('compat-xmpp in a page', () => {
  let browser: Browser
  let server: XmppServer
  before(async function () {
    this.timeout(120_000)
    assert.equal(await node(join(root, 'esbuild.mjs'), ['--if-stale'], { stdio: 'ignore' }), 0)
    browser = await launchChromium(this)
    server = await startProsody(this)
  })
  after(async () => {
    await (browser as Browser | undefined)?.close()
    await (server as XmppServer | undefined)?.stop()
  })

  async function open(): Promise<Page> {
    const page = await browser.newPage()
    for (const script of scripts) await page.addScriptTag({ path: join(root, script) })
    return page
  }

  it('has a script of its own, which sets RachisXmpp and Backbone.xmppSync', async () => {
    const page = await open()
    const { source } = entries.find(({ script }) => script === 'RachisXmpp')!
    const values = exportedNames(source).filter(({ kind }) => kind === 'value')
    assert.deepEqual(
      await page.evaluate('Object.keys(RachisXmpp).sort()'),
      values.map(({ name }) => name),
    )
    assert.ok(await page.evaluate('Backbone.xmppSync === RachisXmpp.xmppSync'))
  })

  it('an application of before runs: strophe connects, jQuery promises, a client of nothing but strophe hears it', async () => {
    const page = await open()
    const { jid, password } = await server.user('juliet')
    const old = await OldClient.connect(server, await server.user('romeo'))
    await old.create('todos', { publish_model: 'open', access_model: 'open', notify_retract: '1' })
    await old.subscribe('todos')
    await old.publish('todos', 'a', { title: 'ü & <b>' })
    const connected = `new Promise((done) => connection.connect(${JSON.stringify(jid)}, ${JSON.stringify(password)}, (status) => {
      if (status === Strophe.Status.CONNECTED) done(connection.send($pres()))
    }))`
    const { PubSubNode, PubSubItem } = { PubSubNode: 'RachisXmpp.PubSubNode', PubSubItem: 'RachisXmpp.PubSubItem' }
    const fetched = await page.evaluate(`(async () => {
      window.connection = new Strophe.Connection(${JSON.stringify(server.wsUrl)})
      await ${connected}
      const Todos = ${PubSubNode}.extend({ model: ${PubSubItem}.extend({ defaults: { done: false } }) })
      window.todos = new Todos([], { id: 'todos', connection })
      window.log = []
      todos.on('add remove change', (model) => log.push(model.id))
      const promise = todos.fetch({ rsm: { max: 10 } })
      const rsm = await new Promise((done) => promise.done((items, rsm) => done(rsm)))
      return { rsm, models: todos.toJSON(), isJQuery: typeof promise.promise === 'function' && 'pipe' in promise }
    })()`)
    assert.deepEqual(fetched, {
      rsm: { count: 1, first: 'a', last: 'a' },
      models: [{ done: false, title: 'ü & <b>', id: 'a' }],
      isJQuery: true,
    })
    const id = await page.evaluate(`new Promise((done) => todos.create({ title: 'mine' }, { success: (model) => done(model.id) }))`)
    await old.hears(new RegExp(`^publish ${String(id)} `))
    const added = page.evaluate(`new Promise((done) => todos.on('add', (model) => model.id === 'b' && done(todos.indexOf(model))))`)
    while ((await old.subscribers('todos')).length < 2);
    await old.publish('todos', 'b', { title: 'theirs' })
    assert.equal(await added, 0)
    assert.deepEqual(await page.evaluate(`todos.map((model) => model.id)`), ['b', id, 'a'])
    old.end()
  })
})
