import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { Site } from './site.js'
import { titles, write } from './todo-list.js'

describe('the todos page in an outage', function () {
  this.timeout(60_000)
  let site: Site
  let ada: Page
  let ben: Page
  before(async function () {
    site = await Site.open(this)
    ada = await site.page('/todos/')
    ben = await site.page('/todos/')
    await write(ada, 'before')
    await ben.getByText('before', { exact: true }).waitFor()
  })
  after(() => (site as Site | undefined)?.close())

  it('says so, keeps what is written meanwhile, marks it, and sends it when the server is back', async () => {
    await site.kill()
    await ada.getByText('Offline').waitFor()
    await ada.getByText(/changes wait · next attempt in\s\d+\ss/).waitFor()
    await write(ada, 'meanwhile')
    await ada.locator('.todo.pending').getByText('meanwhile').waitFor()
    await ada.getByText('Waiting to be sent').last().waitFor()
    await site.start()
    await ben.getByText('meanwhile').waitFor()
    await ada.waitForFunction(() => document.querySelector('.pending') === null)
    await ada.locator('#notice').waitFor({ state: 'hidden' })
  })

  it('gives back what the server refuses when it is back, even if something else was typed by then', async () => {
    await site.kill()
    await ada.getByText('Offline').waitFor()
    await write(ada, 'someday')
    await ada.fill('#new', 'half a thou')
    await site.start()
    await ada.getByRole('button', { name: 'Take back “someday”' }).click()
    assert.equal(await ada.inputValue('#new'), 'someday')
    await ada.fill('#new', '')
  })

  it('loses and doubles nothing when the server is killed in the middle of writes', async () => {
    const wanted = ['before', 'meanwhile']
    const burst = async (page: Page, name: string): Promise<void> => {
      for (let index = 0; index < 25; index++) {
        const title = `${name}${String(index)}`
        wanted.push(title)
        await write(page, title)
      }
    }
    const writing = Promise.all([burst(ada, 'a'), burst(ben, 'b')])
    // As soon as the first have come across.
    await ada.getByText('b1', { exact: true }).waitFor()
    await site.kill()
    await writing
    await site.start()
    for (const page of [ada, ben]) {
      await page.waitForFunction((count) => document.querySelectorAll('.todo:not(.pending)').length === count, wanted.length)
      assert.deepEqual((await titles(page)).sort(), [...wanted].sort())
    }
    // And what a page sees that comes only now.
    const cara = await site.page('/todos/')
    await cara.waitForFunction((count) => document.querySelectorAll('.todo').length === count, wanted.length)
    assert.deepEqual((await titles(cara)).sort(), [...wanted].sort())
  })

  it('wrote no error to the console but that there was no connection', () => {
    assert.deepEqual(site.errors, [])
  })
})
