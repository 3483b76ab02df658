import type { Key } from '../streams/event.js'

/** An id made here: 24 hexadecimal digits, the first 8 of them the time in seconds, so that MongoDB takes it for an ObjectId. */
export function newId(): Key {
  const seconds = Math.floor(Date.now() / 1000)
  let id = seconds.toString(16).padStart(8, '0')
  for (const byte of crypto.getRandomValues(new Uint8Array(8))) id += byte.toString(16).padStart(2, '0')
  return id
}
