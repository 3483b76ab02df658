import type { XmppCodec } from './codec.js'

/**
 * `codec`, whose items also say in `field` who published them, where the node exposes it. The field is never written, nor read from a payload: the server alone says it.
 *
 * ```ts
 * transport.node<Post>('posts', { codec: withPublisher(jsonEntry<Post>(), 'author') })
 * ```
 */
export function withPublisher<T extends object>(codec: XmppCodec<T>, field: string & keyof T): XmppCodec<T> {
  return {
    encode: (item) => {
      const { [field]: _, ...written } = item
      return codec.encode(written as T)
    },
    decode: (payload, origin) => {
      // What an item says of itself anybody may have written.
      const { [field]: _, ...item } = codec.decode(payload, origin)
      return (origin?.publisher === undefined ? item : { ...item, [field]: origin.publisher }) as T
    },
  }
}
