/** `user@domain` of a JID; the domain alone where there is no user. */
export function bareJid(jid: string): string {
  return jid.split('/', 1)[0]!
}

/** The domain of a JID. */
export function domainOf(jid: string): string {
  const bare = bareJid(jid)
  return bare.slice(bare.indexOf('@') + 1)
}

/** Whether two JIDs are one: all but the resource is case-insensitive (RFC 7622 §3). */
export function sameJid(a: string, b: string): boolean {
  if (a === b) return true
  const [bareA, bareB] = [bareJid(a), bareJid(b)]
  return bareA.toLowerCase() === bareB.toLowerCase() && a.slice(bareA.length) === b.slice(bareB.length)
}
