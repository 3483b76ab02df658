/**
 * What dnode uses of `traverse`: `traverse(args).map(visit)`, a copy in which `visit` replaces nodes through `this.update`, and
 * `traverse.set`. The package itself brings 28 kB of polyfills.
 */
interface Visit {
  readonly path: readonly string[]
  readonly circular: { readonly path: readonly string[] } | undefined
  update(value: unknown): void
}
type Visitor = (this: Visit, node: unknown) => void
type Container = Record<string, unknown>

function traverse(root: unknown): { map(visitor: Visitor): unknown } {
  return { map: (visitor) => copy(root, visitor, [], []) }
}

traverse.set = (root: Container, path: readonly string[], value: unknown): void => {
  let container = root
  for (const key of path.slice(0, -1)) container = container[key] as Container
  container[path.at(-1)!] = value
}

traverse.get = (root: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Container | undefined)?.[key], root)

interface Above {
  readonly node: unknown
  readonly path: readonly string[]
}

function copy(node: unknown, visitor: Visitor, path: readonly string[], above: readonly Above[]): unknown {
  let result = node
  let updated = false
  const visit: Visit = {
    path,
    circular: above.find((ancestor) => ancestor.node === node && typeof node === 'object' && node !== null),
    update(value) {
      result = value
      updated = true
    },
  }
  visitor.call(visit, node)
  if (updated || typeof node !== 'object' || node === null) return result
  const inside = [...above, { node, path }]
  if (Array.isArray(node)) return node.map((inner, index) => copy(inner, visitor, [...path, String(index)], inside))
  const object: Container = {}
  for (const key of Object.keys(node)) object[key] = copy((node as Container)[key], visitor, [...path, key], inside)
  return object
}

export = traverse
