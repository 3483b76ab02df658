import type { IncomingMessage } from 'node:http'

/** Which pages may connect: by origin (`https://example.org`), all, or as a function says. */
export type OriginCheck = '*' | readonly string[] | ((origin: string) => boolean)

/**
 * Whether the page that asks may connect. By default those of the host it asks for; what sends no origin is no browser, and whoever can
 * forge one needs none.
 */
export function isOriginAllowed(request: IncomingMessage, check: OriginCheck | undefined): boolean {
  const { origin, host } = request.headers
  if (origin === undefined || check === '*') return true
  if (typeof check === 'function') return check(origin)
  if (check?.includes(origin) === true) return true
  try {
    return new URL(origin).host === host
  } catch {
    return false
  }
}
