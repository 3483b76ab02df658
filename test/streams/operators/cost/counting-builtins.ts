/** Makes the collections of this realm count in `globalThis.touched` how many elements they touch. It stays so: for a worker. */
declare global {
  var touched: number
}
globalThis.touched = 0

type Method = (this: never, ...args: never[]) => unknown

function count(
  prototype: object,
  names: readonly string[],
  elements: (self: never, args: readonly unknown[], result: unknown) => number,
): void {
  for (const name of names) {
    const original = Reflect.get(prototype, name) as Method
    const counting = function (this: never, ...args: never[]): unknown {
      const result = original.apply(this, args)
      touched += elements(this, args, result)
      return result
    }
    Object.defineProperty(prototype, name, { value: counting, configurable: true, writable: true })
  }
}

/** Methods of at most two arguments that touch one element: they are most calls, so these are made without arrays. */
function countOne(prototype: object, names: readonly string[]): void {
  for (const name of names) {
    const original = Reflect.get(prototype, name) as (this: unknown, a: unknown, b: unknown) => unknown
    const counting = function (this: unknown, a: unknown, b: unknown): unknown {
      touched++
      return original.call(this, a, b)
    }
    Object.defineProperty(prototype, name, { value: counting, configurable: true, writable: true })
  }
}

const all = (self: ArrayLike<unknown>): number => self.length
const found = (self: ArrayLike<unknown>, _args: readonly unknown[], result: unknown): number =>
  typeof result === 'number' && result >= 0 ? result + 1 : self.length
const length = (_self: unknown, _args: readonly unknown[], result: unknown): number => (result as ArrayLike<unknown>).length

/** Calls of functions of the library are counted by themselves. */
count(Array.prototype, ['indexOf', 'findIndex', 'lastIndexOf', 'findLastIndex'], found)
count(
  Array.prototype,
  ['sort', 'toSorted', 'reverse', 'toReversed', 'fill', 'copyWithin', 'includes', 'find', 'map', 'filter', 'flat', 'flatMap', 'forEach'],
  all,
)
count(Array.prototype, ['reduce', 'reduceRight', 'shift', 'unshift', 'join', 'toString'], all)
count(Array.prototype, ['slice', 'concat', 'toSpliced', 'with'], length)
count(Array.prototype, ['splice'], (self: ArrayLike<unknown>, [start]) => Math.max(0, self.length - Number(start ?? 0)))
count(Array.prototype, ['push'], (_self, { length }) => length)
count(
  Object,
  ['keys', 'values', 'entries', 'assign', 'getOwnPropertyNames'],
  (_self, _args, result) => (Object.getOwnPropertyDescriptors(result).length?.value as number) ?? 1,
)
count(JSON, ['stringify', 'parse'], (_self, [value], result) => 1 + ((typeof result === 'string' ? result : String(value)).length >> 4))
count(Map.prototype, ['forEach'], (self: Map<unknown, unknown>) => self.size)
count(Set.prototype, ['forEach'], (self: Set<unknown>) => self.size)
for (const { prototype } of [Map, Set, WeakMap, WeakSet]) countOne(prototype, ['has', 'delete'])
for (const { prototype } of [Map, WeakMap]) countOne(prototype, ['get', 'set'])
for (const { prototype } of [Set, WeakSet]) countOne(prototype, ['add'])

/** `for … of`, spreading, `Array.from` and the constructors of collections go through these. */
for (const iterable of [[], new Map(), new Set(), 'x'] as readonly Iterable<unknown>[])
  countOne(Object.getPrototypeOf(iterable[Symbol.iterator]()) as object, ['next'])

/** Emptying a collection takes as long as it is large, before it. */
for (const { prototype } of [Map, Set]) {
  const { clear } = prototype
  prototype.clear = function (this: Map<unknown, unknown>) {
    touched += this.size
    clear.call(this as never)
  }
}

/** Copying one collection into another goes through nothing. */
globalThis.Map = class<K, V> extends Map<K, V> {
  constructor(entries?: Iterable<readonly [K, V]> | null) {
    super(entries)
    if (entries instanceof Map) touched += entries.size
  }
}
globalThis.Set = class<V> extends Set<V> {
  constructor(values?: Iterable<V> | null) {
    super(values)
    if (values instanceof Set) touched += values.size
  }
}
