const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by))

const rounds: readonly (readonly [number, (b: number, c: number, d: number) => number])[] = [
  [0x5a827999, (b, c, d) => (b & c) | (~b & d)],
  [0x6ed9eba1, (b, c, d) => b ^ c ^ d],
  [0x8f1bbcdc, (b, c, d) => (b & c) | (b & d) | (c & d)],
  [0xca62c1d6, (b, c, d) => b ^ c ^ d],
]

/**
 * SHA-1 (RFC 3174) of a text of bytes, one a character, as such a text. For entity capabilities, which ask for it: WebCrypto is not there on pages without TLS,
 * and answers too late for the first presence.
 */
export function sha1(bytes: string): string {
  const { length } = bytes
  const words = new Int32Array((((length + 8) >> 6) + 1) << 4)
  for (let at = 0; at <= length; at++) words[at >> 2]! |= (at < length ? bytes.charCodeAt(at) : 0x80) << (24 - (at & 3) * 8)
  words[words.length - 1] = length * 8
  const hash = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0)
  const schedule = new Int32Array(80)
  for (let block = 0; block < words.length; block += 16) {
    let [a, b, c, d, e] = hash as unknown as [number, number, number, number, number]
    for (let t = 0; t < 80; t++) {
      schedule[t] = t < 16 ? words[block + t]! : rotate(schedule[t - 3]! ^ schedule[t - 8]! ^ schedule[t - 14]! ^ schedule[t - 16]!, 1)
      const [constant, mix] = rounds[Math.floor(t / 20)]!
      const next = (rotate(a, 5) + mix(b, c, d) + e + constant + schedule[t]!) | 0
      ;[a, b, c, d, e] = [next, a, rotate(b, 30), c, d]
    }
    for (const [at, word] of [a, b, c, d, e].entries()) hash[at]! += word
  }
  return Array.from(hash, (word) => String.fromCharCode(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255)).join('')
}
