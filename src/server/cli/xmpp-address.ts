import { UsageError } from './cli-errors.js'

/** What an address like `xmpp://juliet@example.org/todos` names. */
export interface XmppAddress {
  /** The account; a domain alone is nobody in particular. */
  readonly jid: string
  readonly domain: string
  readonly node: string | undefined
  /** The service that has the node, where the address names it. */
  readonly service: string | undefined
}

const example = 'e.g. xmpp://juliet@example.org/todos'

export function isXmppAddress(text: string): boolean {
  return /^xmpp:/i.test(text)
}

/**
 * Reads `xmpp://ACCOUNT/NODE`; also `xmpp://ACCOUNT/SERVICE?;node=NODE`, as RFC 5122 and XEP-0060 §12.22 write it. What a URL can't hold is
 * percent-encoded. Throws `UsageError`.
 */
export function readXmppAddress(text: string): XmppAddress {
  if (!/^xmpp:\/\/./i.test(text) || !URL.canParse(text)) throw new UsageError(`${JSON.stringify(text)} is no address of XMPP, ${example}`)
  const { username, password, hostname, port, pathname, search } = new URL(text)
  // Everybody on this machine can read the arguments of its programs.
  if (password !== '')
    throw new UsageError('a password does not belong into the address: put it into RACHIS_PASSWORD, or a --password-file')
  if (port !== '') throw new UsageError(`an address of XMPP has no port: say --service wss://${hostname}:${port}/…`)
  const domain = decode(hostname)
  if (domain === '') throw new UsageError(`${JSON.stringify(text)} names no domain, ${example}`)
  const path = decode(pathname.slice(1)) || undefined
  const node = /[?;&]node=([^;&]+)/.exec(search)?.[1]
  if (search !== '' && node === undefined)
    throw new UsageError(`${search} is not understood: a ? in the name of a node is %3F, and ?;node=NAME stands after its service`)
  return {
    jid: username === '' ? domain : `${decode(username)}@${domain}`,
    domain,
    ...(node === undefined ? { node: path, service: undefined } : { node: decode(node), service: path }),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new UsageError(`${JSON.stringify(text)} is wrongly percent-encoded`, { cause })
  }
}
