/** Where and why a text isn't JSON. */
export interface JsonFault {
  readonly offset: number
  readonly reason: string
}

const literal = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const space = /[ \t\r\n]*/y
const plain = /[^"\\\u0000-\u001f]*/y
const escape = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y

/**
 * The first place at which `text` stops being JSON, which `JSON.parse` doesn't always tell; `undefined` if it is JSON. By RFC 8259, without
 * recursion. O(length).
 */
export function findJsonFault(text: string): JsonFault | undefined {
  let at = 0
  const closers: ('}' | ']')[] = []
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at
    if (!pattern.test(text)) return false
    at = pattern.lastIndex
    return true
  }
  const fault = (expected: string): JsonFault => {
    const found = at < text.length ? `found ${JSON.stringify(String.fromCodePoint(text.codePointAt(at)!))}` : 'it ends'
    return { offset: at, reason: `${expected} is expected, but ${found}` }
  }
  const string = (): JsonFault | undefined => {
    at++
    for (;;) {
      skip(plain)
      if (text[at] === '"') break
      if (!skip(escape)) return text[at] === '\\' ? { offset: at, reason: 'no such escape in a string' } : fault('a closing "')
    }
    at++
    return undefined
  }
  /** A name and its colon. */
  const name = (): JsonFault | undefined => {
    skip(space)
    if (text[at] !== '"') return fault('a name in quotes')
    const wrong = string()
    if (wrong !== undefined) return wrong
    skip(space)
    return text[at++] === ':' ? undefined : (at--, fault('":"'))
  }

  for (;;) {
    // A value begins here.
    skip(space)
    const opener = text[at]
    if (opener === '{' || opener === '[') {
      at++
      const closer = opener === '{' ? '}' : ']'
      closers.push(closer)
      skip(space)
      if (text[at] !== closer) {
        const wrong = closer === '}' ? name() : undefined
        if (wrong !== undefined) return wrong
        continue
      }
    } else if (opener === '"') {
      const wrong = string()
      if (wrong !== undefined) return wrong
    } else if (!skip(literal)) return fault('a value')
    // A value has ended here, and with it perhaps what holds it.
    for (;;) {
      skip(space)
      const closer = closers.at(-1)
      if (closer === undefined) return at === text.length ? undefined : fault('the end')
      if (text[at] === ',') break
      if (text[at] !== closer) return fault(`"," or "${closer}"`)
      at++
      closers.pop()
    }
    at++
    const wrong = closers.at(-1) === '}' ? name() : undefined
    if (wrong !== undefined) return wrong
  }
}
