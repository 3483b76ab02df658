import { describeCause } from '../../errors.js'
import { copyValue, type Doc } from './codec.js'
import { requireMingo } from './peers.js'
import { mentions } from './predicate.js'
import { select } from './select.js'
import { badValue, notImplemented } from './server-errors.js'
import type { View } from './view.js'

const REFUSED = ['$out', '$merge', '$changeStream', '$geoNear', '$search', '$vectorSearch', '$collStats', '$indexStats']

/** Runs a pipeline over a collection: leading `$match`, `$sort`, `$skip`, `$limit` by the store and its indexes, the rest by mingo. */
export function aggregate(view: View, database: string, collection: string | undefined, pipeline: readonly Doc[]): Doc[] {
  const refused = pipeline.flatMap((stage) => Object.keys(stage)).find((name) => REFUSED.includes(name))
  if (refused !== undefined) throw notImplemented(`the stage ${refused}`)
  if (mentions(pipeline, new Set(['$function', '$accumulator', '$where'])))
    throw badValue('code in pipelines ($function, $accumulator) is not run here')
  const { head, rest } = splitPipeline(pipeline)
  const all = (name: string) => select(view, `${database}.${name}`, {}).map(({ document }) => document)
  const documents = collection === undefined ? [] : select(view, `${database}.${collection}`, head).map(({ document }) => document)
  if (rest.length === 0) return documents
  const { aggregate: run } = requireMingo('runs aggregation pipelines')
  try {
    // Results of mingo share objects with each other; its stages change their input.
    return copyValue(run(documents, copyValue([...rest]), { scriptEnabled: false, collectionResolver: all }) as Doc[])
  } catch (cause) {
    throw badValue(`the pipeline failed: ${describeCause(cause)}`)
  }
}

interface Head {
  filter?: unknown
  sort?: unknown
  skip?: number
  limit?: number
}

/** The stages that the store runs itself, as long as they come in the order in which it does: match, sort, skip, limit. */
function splitPipeline(pipeline: readonly Doc[]): { head: Head; rest: readonly Doc[] } {
  const order = ['$match', '$sort', '$skip', '$limit'] as const
  const names = { $match: 'filter', $sort: 'sort', $skip: 'skip', $limit: 'limit' } as const
  const head: Head = {}
  let reached = 0
  let i = 0
  for (; i < pipeline.length; i++) {
    const [[name, operand] = ['']] = Object.entries(pipeline[i]!)
    const at = (order as readonly string[]).indexOf(name)
    if (at < reached) break
    if (name === '$limit' && !(Number(operand) > 0)) break
    Object.assign(head, { [names[name as keyof typeof names]]: operand })
    reached = at + 1
  }
  return { head, rest: pipeline.slice(i) }
}
