/** An identifier of 64 random bits, that nobody else makes. */
export function randomId(): string {
  return crypto.getRandomValues(new BigUint64Array(1))[0]!.toString(36)
}
