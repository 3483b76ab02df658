import { parsePath, type Path } from './path.js'
import { checkName, refuse } from './plain.js'
import { compareValues, isDocument, isMissing } from './value-order.js'

type Comparator = (a: unknown, b: unknown) => number

export function compileOrder(sort: unknown): Comparator {
  if (!isDocument(sort)) return refuse('sort', 'must be an object of field and 1 or -1')
  const comparators = Object.keys(sort).map((key) => compileKey(key, sort[key]))
  const [first, second] = comparators
  if (first === undefined) return () => 0
  if (second === undefined) return first
  if (comparators.length === 2) return (a, b) => first(a, b) || second(a, b)
  return (a, b) => {
    for (const comparator of comparators) {
      const result = comparator(a, b)
      if (result !== 0) return result
    }
    return 0
  }
}

function compileKey(key: string, direction: unknown): Comparator {
  const at = `sort.${key}`
  if (direction !== 1 && direction !== -1) return refuse(at, 'must be 1 (ascending) or -1 (descending)')
  if (key.startsWith('$')) return refuse(at, 'there are no operators in a sort')
  checkName(key, at)
  const path = parsePath(key)
  const top = path.parts[0]!
  const less = -direction
  const slow: Comparator = (a, b) => {
    const first = (a as Record<string, unknown>)[top]
    const second = (b as Record<string, unknown>)[top]
    return direction * compareValues(sortKey(first, path, 1, direction), sortKey(second, path, 1, direction)) || 0
  }
  if (path.parts.length > 1) return slow
  return (a, b) => {
    const x = (a as Record<string, unknown>)[key]
    const y = (b as Record<string, unknown>)[key]
    if (typeof x === 'number' && typeof y === 'number') {
      if (x < y) return less
      if (x > y) return direction
      if (x === y) return 0
    } else if (typeof x === 'string' && typeof y === 'string') {
      return x < y ? less : x > y ? direction : 0
    }
    return slow(a, b)
  }
}

/**
 * What an item sorts by: the value at the path, `null` where there is none; of an array the least element when ascending and the
 * greatest when descending; an empty array comes before null, so it is `undefined` here.
 */
function sortKey(value: unknown, path: Path, from: number, direction: 1 | -1): unknown {
  for (let i = from; i < path.parts.length; i++) {
    if (Array.isArray(value)) {
      const index = path.indices[i]!
      if (index < 0 || index >= value.length) {
        return value.length === 0
          ? null
          : extreme(
              value.map((element) => (isDocument(element) ? sortKey(element, path, i, direction) : null)),
              direction,
            )
      }
      value = value[index]
      if (i + 1 === path.parts.length) return value ?? null
    } else {
      if (!isDocument(value)) return null
      value = value[path.parts[i]!]
    }
  }
  return Array.isArray(value) ? extreme(value, direction) : isMissing(value) ? null : value
}

function extreme(values: readonly unknown[], direction: 1 | -1): unknown {
  let best = values[0]
  for (let i = 1; i < values.length; i++) if (compareValues(values[i], best) * direction < 0) best = values[i]
  return best
}
