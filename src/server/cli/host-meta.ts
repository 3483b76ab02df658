import { ConnectionError, describeCause } from '../../errors.js'

/** A link of host-meta, as JSON and as XML have it. */
interface HostLink {
  readonly rel: string
  readonly href: string
}

/** The way that is taken first, and what its addresses begin with: what is found out by oneself must be encrypted (XEP-0156 §4). */
const ways = [
  ['urn:xmpp:alt-connections:websocket', 'wss:'],
  ['urn:xmpp:alt-connections:xbosh', 'https:'],
] as const

const patience = 10_000

/**
 * Where a domain is reached over WebSocket, or else over BOSH, as it says at `https://DOMAIN/.well-known/host-meta.json` or `host-meta` (XEP-0156). `DOMParser` must be there, as
 * strophe.js brings it. Rejects with `ConnectionError` where the domain doesn't say.
 */
export async function findService(domain: string, get: typeof fetch = fetch): Promise<string> {
  const faults: string[] = []
  for (const [file, read] of [
    ['host-meta.json', linksOfJson],
    ['host-meta', linksOfXml],
  ] as const) {
    try {
      const response = await get(`https://${domain}/.well-known/${file}`, { signal: AbortSignal.timeout(patience) })
      if (!response.ok) throw new Error(`HTTP status ${response.status}`)
      const service = choose(read(await response.text()))
      if (service !== undefined) return service
      faults.push(`${file} names none that is encrypted`)
    } catch (error) {
      faults.push(`${file}: ${describeCause(error)}`)
    }
  }
  throw new ConnectionError(`${domain} doesn't say where its WebSocket is (${faults.join('; ')}): say it with --service wss://…`)
}

function choose(links: readonly HostLink[]): string | undefined {
  for (const [wanted, scheme] of ways) {
    const found = links.find(({ rel, href }) => rel === wanted && href.startsWith(`${scheme}//`) && URL.canParse(href))
    if (found !== undefined) return found.href
  }
  return undefined
}

function linksOfJson(text: string): readonly HostLink[] {
  const { links } = JSON.parse(text) as { readonly links?: unknown }
  return Array.isArray(links) ? links.filter(isLink) : []
}

function isLink(value: unknown): value is HostLink {
  const { rel, href } = (value ?? {}) as Partial<HostLink>
  return typeof rel === 'string' && typeof href === 'string'
}

function linksOfXml(text: string): readonly HostLink[] {
  const links = Array.from(new DOMParser().parseFromString(text, 'text/xml').getElementsByTagName('Link'))
  return links.map((link) => ({ rel: link.getAttribute('rel') ?? '', href: link.getAttribute('href') ?? '' }))
}
