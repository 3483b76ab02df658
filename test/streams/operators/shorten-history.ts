import type { History, Row, Step } from './random-history.js'

/** Makes a history that fails as short and plain as it can be made one part at a time: fast-check's own shrinking ends where one step must become two others. */
export function shortenHistory(history: History, fails: (history: History) => boolean): History {
  const shorter = simpler(history).find(fails)
  return shorter === undefined ? history : shortenHistory(shorter, fails)
}

/** All that are simpler by one part. */
function simpler({ initial, steps, failure }: History): readonly History[] {
  const [a, b] = initial
  return [
    ...(failure === undefined ? [] : [{ initial, steps }]),
    ...steps.flatMap((step, at) => plainer(step).map((parts) => ({ initial, steps: steps.toSpliced(at, 1, ...parts), failure }))),
    ...without(a).map((rows) => ({ initial: [rows, b] as const, steps, failure })),
    ...without(b).map((rows) => ({ initial: [a, rows] as const, steps, failure })),
    ...(failure === undefined ? [] : without(failure.writes).map((writes) => ({ initial, steps, failure: { ...failure, writes } }))),
  ]
}

/** What may stand for a step; first of all nothing. */
function plainer(step: Step): readonly (readonly Step[])[] {
  const edit = (source: 0 | 1, writes: Extract<Step, { step: 'edit' }>['writes']): Step => ({
    step: 'edit',
    source,
    writes,
    join: false,
    fail: false,
  })
  const publish = (row: Row) => ({ do: 'publish', row }) as const
  if (step.step === 'nested') {
    const { source, first, then } = step
    return [[], [edit(source, [first])], [edit(source === 0 ? 1 : 0, [then])], [edit(source, [first]), edit(source === 0 ? 1 : 0, [then])]]
  }
  if (step.step === 'replaceAll')
    return [[], [edit(step.source, step.rows.map(publish))], ...without(step.rows).map((rows): readonly Step[] => [{ ...step, rows }])]
  if (step.step !== 'edit') return [[]]
  const { join, fail, writes } = step
  return [
    [],
    ...(join || fail ? [[{ ...step, join: false, fail: false }]] : []),
    ...(join && fail ? [[{ ...step, join: false }], [{ ...step, fail: false }]] : []),
    ...without(writes).map((fewer): readonly Step[] => [{ ...step, writes: fewer }]),
  ]
}

function without<V>(values: readonly V[]): readonly (readonly V[])[] {
  return values.map((_, at) => values.toSpliced(at, 1))
}
