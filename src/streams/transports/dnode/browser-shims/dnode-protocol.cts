import events = require('./events.cjs')

/**
 * The part of `dnode-protocol` that `dnode` needs in a page, where nobody but our session speaks through it: that lets no frame pass in
 * which the other side hands over callbacks or links, so they are neither read nor made here. The package itself brings `traverse` and what browsers
 * lacked in 2012.
 */
type Callback = (...args: unknown[]) => void
interface Frame {
  readonly method: string | number
  readonly arguments: unknown[]
}
interface Protocol {
  readonly callbacks: { readonly local: Callback[]; readonly remote: readonly never[] }
  start(): void
  request(method: string | number, args: readonly unknown[]): void
  handle(frame: Frame): void
  emit(event: string, ...args: unknown[]): boolean
}
type Instance = Record<string, Callback>

function protocol(Methods: new (remote: object, protocol: Protocol) => Instance): Protocol {
  const local: Callback[] = []
  const made = Object.assign(Object.create(events.EventEmitter.prototype) as Protocol, {
    callbacks: { local, remote: [] },
    start: () => {
      made.request('methods', [instance])
    },
    request: (method: string | number, args: readonly unknown[]) => {
      const callbacks: Record<number, readonly string[]> = {}
      const scrub = (value: unknown, path: readonly string[]): unknown => {
        if (typeof value === 'function') {
          callbacks[local.push(value as Callback) - 1] = path
          return '[Function]'
        }
        if (typeof value !== 'object' || value === null) return value
        const entries = Object.entries(value).map(([key, inner]) => [key, scrub(inner, [...path, key])] as const)
        return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries)
      }
      made.emit('request', { method, arguments: scrub(args, []), callbacks, links: [] })
    },
    handle: ({ method, arguments: args }: Frame) => {
      if (method === 'cull') {
        for (const id of args) Reflect.deleteProperty(local, id as number)
        return
      }
      const called = typeof method === 'number' ? local[method] : Object.hasOwn(instance, method) ? instance[method] : undefined
      if (called === undefined) {
        made.emit('fail', new Error(`there is no method ${method}`))
        return
      }
      try {
        called(...args)
      } catch (error) {
        made.emit('error', error)
      }
    },
  })
  const instance = new Methods({}, made)
  return made
}

export = protocol
