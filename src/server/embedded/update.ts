import { describeCause } from '../../errors.js'
import { copyValue, decodeDocument, type Doc } from './codec.js'
import { requireMingo } from './peers.js'
import { mentions } from './predicate.js'
import { badValue, serverError } from './server-errors.js'
import { operatorNamed, type UpdateOperator } from './update-operators.js'
import { concretePaths, type PositionalFilters } from './update-paths.js'

/** A compiled update or replacement. */
export interface Update {
  readonly operation: 'update' | 'replace'
  /** The document as it shall be; made from the stored bytes, so that a throw leaves nothing half done. */
  apply(bytes: Buffer, filter: unknown): Doc
  /** The same for the document of an upsert, `$setOnInsert` included. */
  applyToNew(document: Doc): Doc
}

interface Step {
  readonly operator: UpdateOperator
  readonly path: string
  readonly operand: unknown
  readonly onInsert: boolean
}

/** Compiles the update of `updateOne` and its like. Throws a `MongoServerError` for what isn't one. */
export function compileUpdate(update: unknown, arrayFilters: readonly Doc[] = []): Update {
  if (Array.isArray(update)) return pipelineUpdate(update as Doc[])
  const operators = Object.entries(update as Doc)
  const stray = operators.find(([name]) => !name.startsWith('$'))
  if (stray !== undefined) throw serverError(9, 'FailedToParse', `unknown modifier: ${stray[0]}; an update has operators such as $set`)
  const steps = operators.flatMap(([name, fields]) => stepsOf(name, fields))
  refuseConflicts(steps.map(({ path }) => path))
  const run = (document: Doc, filter: unknown, inserting: boolean): Doc => {
    const positions: PositionalFilters = { filter, arrayFilters }
    for (const step of steps) {
      if (step.onInsert && !inserting) continue
      for (const path of concretePaths(document, step.path, positions)) step.operator(document, path, step.operand, step.path)
    }
    return document
  }
  return {
    operation: 'update',
    apply: (bytes, filter) => run(decodeDocument(bytes), filter, false),
    applyToNew: (document) => run(document, {}, true),
  }
}

/** Compiles a replacement. */
export function compileReplacement(replacement: unknown): Update {
  const given = (replacement ?? {}) as Doc
  const document = typeof given.toBSON === 'function' ? ((given as { toBSON(): unknown }).toBSON() as Doc) : given
  const operator = Object.keys(document).find((key) => key.startsWith('$'))
  if (operator !== undefined) throw serverError(9, 'FailedToParse', `a replacement must not contain operators (${operator})`)
  const replace = (id: unknown): Doc => {
    const { _id: own, ...rest } = document
    const kept = own ?? id
    return kept === undefined ? rest : { _id: kept, ...rest }
  }
  return {
    operation: 'replace',
    apply: (bytes) => replace(decodeDocument(bytes)._id),
    applyToNew: (base) => replace(base._id),
  }
}

function stepsOf(name: string, fields: unknown): Step[] {
  const operator = operatorNamed(name)
  if (operator === undefined) throw serverError(9, 'FailedToParse', `unknown modifier: ${name}`)
  if (typeof fields !== 'object' || fields === null)
    throw serverError(9, 'FailedToParse', `the operand of ${name} must be an object of fields`)
  return Object.entries(fields as Doc).map(([path, operand]) => ({ operator, path, operand, onInsert: name === '$setOnInsert' }))
}

/** Two operators on one path, or on a path and one inside it, would depend on their order. */
function refuseConflicts(paths: readonly string[]): void {
  const sorted = [...paths].sort()
  sorted.forEach((path, i) => {
    const next = sorted[i + 1]
    if (next === undefined || !(next === path || next.startsWith(`${path}.`))) return
    throw serverError(40, 'ConflictingUpdateOperators', `updating the path '${next}' would create a conflict at '${path}'`)
  })
}

const PIPELINE_STAGES = new Set(['$set', '$addFields', '$unset', '$project', '$replaceRoot', '$replaceWith'])

function pipelineUpdate(pipeline: readonly Doc[]): Update {
  const stage: string | undefined = pipeline.flatMap((each) => Object.keys(each)).find((name) => !PIPELINE_STAGES.has(name))
  if (stage !== undefined) throw badValue(`the stage ${stage} can't stand in an update; there are ${[...PIPELINE_STAGES].join(', ')}`)
  if (mentions(pipeline, new Set(['$function', '$accumulator']))) throw badValue('code in pipelines ($function) is not run here')
  const run = (document: Doc): Doc => {
    const { aggregate } = requireMingo('runs updates that are pipelines')
    try {
      const [result] = aggregate([copyValue(document)], copyValue([...pipeline]), { scriptEnabled: false }) as Doc[]
      return { ...(Object.hasOwn(document, '_id') ? { _id: document._id } : {}), ...result }
    } catch (cause) {
      throw badValue(`the pipeline of the update failed: ${describeCause(cause)}`)
    }
  }
  return { operation: 'update', apply: (bytes) => run(decodeDocument(bytes)), applyToNew: run }
}
