/** A JSON object, as opposed to an array, a scalar or null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A whole number from 0 to `below`. */
export function isIndex(value: unknown, below = 2 ** 31): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < below
}

/** Whether a key could reach a prototype. */
export function isForbidden(key: string): boolean {
  return key === '__proto__' || key === 'constructor' || key === 'prototype'
}

/** The beginning of what a peer sent, for an error's message. */
export function excerpt(value: unknown): string {
  const text = typeof value === 'string' ? value : ((JSON.stringify(value) as string | undefined) ?? String(value))
  return text.length > 60 ? text.slice(0, 60) + '…' : text
}
