/** An identifier of 16 characters that nobody else makes. */
export function randomId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  let id = ''
  for (const byte of bytes) id += byte.toString(36).padStart(2, '0')
  return id.slice(0, 16)
}
