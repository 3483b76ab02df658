/** Whom a page says it is: a guest of its own choosing, so nothing but a look. */
export interface Person {
  readonly initials: string
  readonly name: string
  /** On the colour wheel, in degrees. */
  readonly hue: number
}

/** Reads what a page sent as its credentials; a connection that says nothing of the kind is nobody, and isn't shown. */
export function readPerson(credentials: unknown): Person | undefined {
  if (typeof credentials !== 'object' || credentials === null) return undefined
  const { initials, name, hue } = credentials as Readonly<Record<string, unknown>>
  if (typeof initials !== 'string' || typeof name !== 'string' || typeof hue !== 'number' || !Number.isFinite(hue)) return undefined
  return { initials: initials.slice(0, 2), name: name.slice(0, 40), hue: Math.round(hue) % 360 }
}
