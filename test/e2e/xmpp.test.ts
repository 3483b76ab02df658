import assert from 'node:assert/strict'
import type { Context } from 'mocha'
import type { Page } from 'playwright-core'
import { startEjabberd } from '../services/ejabberd.js'
import { startProsody } from '../services/prosody.js'
import type { XmppServer } from '../services/xmpp-server.js'
import type { XmppAccount } from '../services/xmpp-session.js'
import { Site } from './site.js'
import { shows, signIn, write } from './todo-list.js'

const servers: Readonly<Record<string, (context: Context) => Promise<XmppServer>>> = { Prosody: startProsody, ejabberd: startEjabberd }

/** Counts, from now on, what becomes of the elements of the list; a new one may be rendered as often as it likes. */
const watchList = (page: Page, news: string): Promise<void> =>
  page.evaluate((title) => {
    const seen = ((window as unknown as Record<string, unknown>)['seen'] = { added: 0, removed: 0, changed: 0 })
    new MutationObserver((records) => {
      for (const { type, target, addedNodes, removedNodes } of records) {
        if (type === 'childList' && (target as Element).id === 'list') {
          seen.added += addedNodes.length
          seen.removed += removedNodes.length
        } else if (target.textContent !== title && (type === 'characterData' || (target as Element).className === 'title')) seen.changed++
      }
    }).observe(document.getElementById('list')!, { childList: true, subtree: true, characterData: true })
  }, news)
const seenIn = (page: Page): Promise<unknown> => page.evaluate(() => (window as unknown as Record<string, unknown>)['seen'])

for (const [name, startServer] of Object.entries(servers)) {
  describe(`the todos page over XMPP on ${name}`, function () {
    this.timeout(60_000)
    let server: XmppServer
    let site: Site
    let account: XmppAccount
    let ada: Page
    let ben: Page
    before(async function () {
      server = await startServer(this)
      account = await server.user('juliet')
      site = await Site.open(this, { RACHIS_XMPP: server.wsUrl, RACHIS_XMPP_USER: account.jid })
      ada = await site.page('/todos/')
    })
    after(async () => {
      await (site as Site | undefined)?.close()
      await (server as XmppServer | undefined)?.stop()
    })

    it('is a switch away, and asks who one is', async () => {
      await ada.getByRole('link', { name: /DNode \(online\)/ }).waitFor()
      await ada.getByRole('link', { name: /XMPP \(not signed in\)/ }).click()
      await ada.getByLabel('Password').waitFor()
      await ada.waitForFunction(() => document.querySelector<HTMLInputElement>('#jid-field')!.value !== '')
      assert.deepEqual([await ada.inputValue('#service'), await ada.inputValue('#jid-field')], [server.wsUrl, account.jid])
    })

    it('says that the password is wrong, and lets try again', async () => {
      await signIn(ada, 'wrong')
      await ada.getByRole('alert').getByText('is the password right?').waitFor()
      assert.equal(await ada.locator('.entry').isVisible(), false)
      await signIn(ada, account.password)
      await ada.getByText('Nothing to do').waitFor()
      await ada.getByRole('link', { name: /XMPP \(online\)/ }).waitFor()
    })

    it('says that it can’t tell who else is here', async () => {
      await ada.getByText('others unseen').waitFor()
    })

    it('knows in the same tab who has signed in', async () => {
      await ada.reload()
      await ada.getByText('Nothing to do').waitFor()
      await ada.getByText(account.jid).waitFor()
    })

    it('shows over BOSH what is written over WebSocket, and the other way round', async () => {
      ben = await site.page('/todos/?over=xmpp', { viewport: { width: 390, height: 844 }, hasTouch: true })
      await ben.getByLabel('Server').fill(server.boshUrl)
      await signIn(ben, account.password)
      await ben.getByText('Nothing to do').waitFor()
      await write(ada, 'Water the basil')
      await shows(ben, ['Water the basil'])
      await write(ben, 'Ask Ines')
      await write(ben, 'Sharpen the knives')
      await shows(ada, ['Water the basil', 'Ask Ines', 'Sharpen the knives'])
    })

    it('shows what is ticked off, edited and removed', async () => {
      await ben.getByLabel('Done: Ask Ines').check()
      await ada.getByText('2 left').waitFor()
      await ada.getByText('Water the basil').dblclick()
      await ada.fill('.edit', 'Water the mint')
      await ada.keyboard.press('Enter')
      await shows(ben, ['Water the mint', 'Ask Ines', 'Sharpen the knives'])
      await ben.getByRole('button', { name: 'Delete: Ask Ines' }).click()
      await shows(ada, ['Water the mint', 'Sharpen the knives'])
    })

    it('refuses what the server of the other would, and gives it back', async () => {
      await write(ada, 'Learn the cello someday')
      await ada.locator('#refusal').getByText('never comes').waitFor()
      assert.equal(await ada.inputValue('#new'), 'Learn the cello someday')
      await ada.fill('#new', '')
      await shows(ada, ['Water the mint', 'Sharpen the knives'])
    })

    it('leaves out what is no todo', async () => {
      const witness = await server.session(account)
      const item = `<item id='bad'><entry xmlns='http://www.w3.org/2005/Atom'>{"title":7}</entry></item>`
      const publish = `<publish node='todos'>${item}</publish>`
      await witness.iq('set', server.pubsub, `<pubsub xmlns='http://jabber.org/protocol/pubsub'>${publish}</pubsub>`)
      await witness.close()
      await write(ben, 'After it')
      await shows(ada, ['Water the mint', 'Sharpen the knives', 'After it'])
    })

    it('fits a phone', async () => {
      assert.ok(await ben.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth))
    })

    it('keeps through a restart of the server what it shows, and what is written meanwhile', async () => {
      // Of a write whose answer is lost with the server nobody knows what became: it would be taken back until everything is read.
      for (const page of [ada, ben]) await page.waitForFunction(() => document.querySelector('.pending') === null)
      await server.flush()
      await Promise.all([ada, ben].map((page) => watchList(page, 'Meanwhile')))
      await server.kill()
      for (const page of [ada, ben]) await page.getByText('Offline').waitFor()
      await write(ada, 'Meanwhile')
      await ada.locator('.todo.pending').getByText('Meanwhile').waitFor()
      await server.start()
      const titles = ['Water the mint', 'Sharpen the knives', 'After it', 'Meanwhile']
      for (const page of [ada, ben]) {
        await shows(page, titles)
        await page.waitForFunction(() => document.querySelector('.pending') === null)
        await page.locator('#notice').waitFor({ state: 'hidden' })
        // The new one, once, and nothing else was touched.
        assert.deepEqual(await seenIn(page), { added: 1, removed: 0, changed: 0 })
      }
    })

    it('says where no server answers', async () => {
      await ada.getByRole('button', { name: 'Sign out' }).click()
      await ada.getByLabel('Server').fill('ws://127.0.0.1:1/ws')
      await signIn(ada, 'x')
      await ada.getByRole('alert').getByText('No answer from ws://127.0.0.1:1/ws').waitFor()
    })

    it('wrote no error to the console but that there was no connection', () => {
      assert.deepEqual(site.errors, [])
    })
  })
}
