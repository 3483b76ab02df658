import type { Page } from 'playwright-core'

/** The titles that a todos page shows. */
export function titles(page: Page): Promise<string[]> {
  return page.locator('.todo .title').allTextContents()
}

export async function write(page: Page, title: string): Promise<void> {
  await page.fill('#new', title)
  await page.press('#new', 'Enter')
}

/** By XMPP. */
export async function signIn(page: Page, password: string): Promise<void> {
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Resolves when the page shows these titles and no others. */
export async function shows(page: Page, list: readonly string[]): Promise<void> {
  await page.waitForFunction(
    (wanted) => JSON.stringify([...document.querySelectorAll('.todo .title')].map((one) => one.textContent)) === wanted,
    JSON.stringify(list),
  )
}
