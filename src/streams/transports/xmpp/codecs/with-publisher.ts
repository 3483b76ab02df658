import type { XmppCodec } from './codec.js'

/**
 * `codec`, whose items also say in `field` who published them, where the node exposes it. The field is never written: the server alone says it.
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
      const item = codec.decode(payload, origin)
      return origin?.publisher === undefined ? item : { ...item, [field]: origin.publisher }
    },
  }
}
