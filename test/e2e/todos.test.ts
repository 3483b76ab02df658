import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { Site } from './site.js'
import { shows, titles, write } from './todo-list.js'

describe('the todos page', function () {
  this.timeout(60_000)
  let site: Site
  let ada: Page
  let ben: Page
  before(async function () {
    site = await Site.open(this)
    ada = await site.page('/todos/')
    ben = await site.page('/todos/', { viewport: { width: 390, height: 844 }, hasTouch: true })
  })
  after(() => (site as Site | undefined)?.close())

  it('begins empty, and says so', async () => {
    await ada.getByText('Nothing to do').waitFor()
  })

  it('shows who is here, and who has left', async () => {
    await ada.getByText('2 here').waitFor()
    const cara = await site.page('/todos/')
    await ada.getByText('3 here').waitFor()
    await cara.close()
    await ada.getByText('2 here').waitFor()
  })

  it('shows in one page what is written in the other', async () => {
    await write(ada, 'Water the basil')
    await write(ada, 'Ask Ines')
    await shows(ben, ['Water the basil', 'Ask Ines'])
    await write(ben, 'Sharpen the knives')
    await shows(ada, ['Water the basil', 'Ask Ines', 'Sharpen the knives'])
  })

  it('ticks off, and derives what is active and completed', async () => {
    await ben.getByLabel('Done: Ask Ines').check()
    await ada.getByText('2 left').waitFor()
    await ada.getByRole('link', { name: 'Completed 1' }).click()
    await shows(ada, ['Ask Ines'])
    await ben.getByLabel('Done: Water the basil').check()
    await shows(ada, ['Water the basil', 'Ask Ines'])
    await ada.getByRole('link', { name: 'Active 1' }).click()
    await shows(ada, ['Sharpen the knives'])
    await ada.getByRole('link', { name: 'All 3' }).click()
  })

  it('edits by double click, keeps with Enter, forgets with Escape', async () => {
    await ada.getByText('Sharpen the knives').dblclick()
    await ada.keyboard.type(' soon')
    await ada.keyboard.press('Escape')
    await ada.getByText('Sharpen the knives').dblclick()
    await ada.fill('.edit', 'Sharpen one knife')
    await ada.keyboard.press('Enter')
    await shows(ben, ['Water the basil', 'Ask Ines', 'Sharpen one knife'])
  })

  it('can be used with the keyboard alone', async () => {
    await ada.focus('#new')
    await ada.keyboard.type('Typed')
    await ada.keyboard.press('Enter')
    await shows(ben, ['Water the basil', 'Ask Ines', 'Sharpen one knife', 'Typed'])
    for (let presses = 0; presses < 30 && (await ada.evaluate(() => document.activeElement?.textContent)) !== 'Typed'; presses++)
      await ada.keyboard.press('Tab')
    await ada.keyboard.press('Enter')
    await ada.keyboard.press('ControlOrMeta+A')
    await ada.keyboard.type('Typed again')
    await ada.keyboard.press('Enter')
    await shows(ben, ['Water the basil', 'Ask Ines', 'Sharpen one knife', 'Typed again'])
    assert.equal(await ada.evaluate(() => document.activeElement?.textContent), 'Typed again')
    await ada.keyboard.press('Shift+Tab')
    await ada.keyboard.press('Space')
    await ben.getByText('1 left').waitFor()
    await ada.keyboard.press('Tab')
    await ada.keyboard.press('Tab')
    await ada.keyboard.press('Enter')
    await shows(ben, ['Water the basil', 'Ask Ines', 'Sharpen one knife'])
  })

  const refused: readonly [title: string, reason: RegExp][] = [
    ['Learn the cello someday', /never comes/],
    ['x'.repeat(141), /140 characters at most/],
  ]
  for (const [title, reason] of refused) {
    it(`gives a refused todo back into the field with the reason (${title.slice(0, 12)}…)`, async () => {
      const before = await titles(ada)
      await write(ada, title)
      await ada.locator('#refusal').getByText(reason).waitFor()
      assert.equal(await ada.inputValue('#new'), title)
      await shows(ada, before)
      await ada.fill('#new', '')
      assert.equal(await ada.locator('#refusal').isVisible(), false)
    })
  }

  it('gives a refused edit back into its field, and shows the others what stands', async () => {
    await ada.getByText('Sharpen one knife').dblclick()
    await ada.fill('.edit', '')
    await ada.keyboard.press('Enter')
    await ada.locator('.todo .refusal').getByText('A todo needs some words.').waitFor()
    assert.equal(await ada.inputValue('.edit'), '')
    await ada.keyboard.press('Escape')
    await shows(ada, ['Water the basil', 'Ask Ines', 'Sharpen one knife'])
  })

  it('marks all, and clears what is completed', async () => {
    await ada.getByLabel('Mark all as done').click()
    await ben.getByText('all done').waitFor()
    await ada.getByText('Clear completed').click()
    await ben.getByText('Nothing to do').waitFor()
  })

  it('fits a phone: nothing hangs over the side', async () => {
    await write(ben, 'A todo with a long title that has to be broken over several lines because a phone is not wide enough for it')
    await ada.locator('.todo').waitFor()
    assert.ok(await ben.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth))
  })

  it('wrote no error to the console', () => {
    assert.deepEqual(site.errors, [])
  })
})
