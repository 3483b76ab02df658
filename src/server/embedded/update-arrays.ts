import { isDocument } from '../../streams/internal/value-order.js'
import { compareValues, compileSort, equalValues } from '../../streams/query.js'
import { copyValue, type Doc } from './codec.js'
import { compilePredicate } from './predicate.js'
import { badValue } from './server-errors.js'
import type { UpdateOperator } from './update-operators.js'
import { setAt, valueAt, type Path } from './update-paths.js'

/** The update operators of arrays. */
export const arrayOperators: Readonly<Record<string, UpdateOperator>> = {
  $push: (document, path, operand, shown) => {
    const array = arrayAt(document, path, shown, '$push') ?? []
    const { $each, $position, $slice, $sort, ...unknown } = withEach(operand)
    if (Object.keys(unknown).length > 0) throw badValue(`$push to '${shown}' doesn't know ${Object.keys(unknown).join(', ')}`)
    array.splice($position === undefined ? array.length : Number($position), 0, ...eachOf($each, shown, '$push'))
    if ($sort !== undefined) sortElements(array, $sort)
    const kept = $slice === undefined ? array : sliced(array, Number($slice))
    setAt(document, path, kept)
  },
  $addToSet: (document, path, operand, shown) => {
    const array = arrayAt(document, path, shown, '$addToSet') ?? []
    for (const value of eachOf(withEach(operand).$each, shown, '$addToSet')) {
      if (!array.some((element) => equalValues(element, value))) array.push(value)
    }
    setAt(document, path, array)
  },
  $pop: (document, path, operand, shown) => {
    const array = arrayAt(document, path, shown, '$pop')
    if (Number(operand) === -1) array?.shift()
    else if (Number(operand) === 1) array?.pop()
    else throw badValue(`$pop of '${shown}' needs 1 (last) or -1 (first)`)
  },
  $pull: (document, path, operand, shown) => {
    const array = arrayAt(document, path, shown, '$pull')
    const pulled = pullTest(operand)
    if (array !== undefined)
      setAt(
        document,
        path,
        array.filter((element) => !pulled(element)),
      )
  },
  $pullAll: (document, path, operand, shown) => {
    const array = arrayAt(document, path, shown, '$pullAll')
    const values = eachOf(operand, shown, '$pullAll')
    if (array !== undefined)
      setAt(
        document,
        path,
        array.filter((element) => !values.some((value) => equalValues(element, value))),
      )
  },
}

function arrayAt(document: Doc, path: Path, shown: string, operator: string): unknown[] | undefined {
  const value = valueAt(document, path)
  if (value === undefined || Array.isArray(value)) return value
  throw badValue(`can't apply ${operator} to '${shown}': it is no array`)
}

function withEach(operand: unknown): Doc & { $each: unknown } {
  return isDocument(operand) && Object.hasOwn(operand, '$each') ? (operand as Doc & { $each: unknown }) : { $each: [operand] }
}

function eachOf(values: unknown, shown: string, operator: string): unknown[] {
  if (!Array.isArray(values)) throw badValue(`${operator} to '${shown}' needs an array of values`)
  return copyValue(values) as unknown[]
}

function sortElements(array: unknown[], sort: unknown): void {
  if (!isDocument(sort)) {
    array.sort((a, b) => compareValues(a, b) * Number(sort))
    return
  }
  const compare = compileSort<Doc>(sort as Record<string, 1 | -1>)
  array.sort((a, b) => compare(isDocument(a) ? a : {}, isDocument(b) ? b : {}))
}

function sliced(array: unknown[], slice: number): unknown[] {
  if (slice === 0) return []
  return slice < 0 ? array.slice(slice) : array.slice(0, slice)
}

/** A literal pulls what equals it, a condition what meets it, an object of fields every object that has them. */
function pullTest(operand: unknown): (element: unknown) => boolean {
  if (!isDocument(operand)) {
    if (operand instanceof RegExp)
      return (element) => typeof element === 'string' && new RegExp(operand.source, operand.flags).test(element)
    return (element) => equalValues(element, operand)
  }
  if (Object.keys(operand).some((key) => key.startsWith('$') && !['$and', '$or', '$nor'].includes(key))) {
    const test = compilePredicate({ element: operand })
    return (element) => test({ element })
  }
  const test = compilePredicate(operand)
  return (element) => isDocument(element) && test(element)
}
