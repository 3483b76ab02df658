import type { Failure, History, Row, Step, Write } from './random-history.js'

/**
 * A history as marbles, one line a source and a column a step, in the notation of `feedMarbles`: `(ab.)` is a transaction of the writes that `values` names, ended by its
 * commit; `R` a reset, `|` completion, `#` the failure of the feed. Beyond that: `(Rab.)` is the beginning, `(=ab.)` replaces everything, `(ab!)` is rolled back, and `(a>)`
 * is a write whose consumer makes the other source's in the same column. `join` has `^` where somebody subscribes; `parameter` the value that it takes.
 * Values are words: `+b2x` publishes the row with the id b, n 2 and g x, `~b3` patches n, `-b` retracts.
 */
export interface HistoryMarbles {
  readonly a: string
  readonly b: string
  readonly join?: string
  readonly parameter?: string
  readonly values?: Readonly<Record<string, string>>
}

const names = [...'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQSTUVWXYZαβγδεζηθικλμνξοπρστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюя']

function word(write: Write): string {
  if (write.do === 'publish') return `+${write.row.id}${write.row.n}${write.row.g}`
  return write.do === 'retract' ? `-${write.id}` : `~${write.id}${write.n}`
}

function writeOf(word: string): Write {
  const [sign, id, n, g] = word as unknown as [string, string, string, string]
  if (sign === '+') return { do: 'publish', row: { id, n: Number(n), g } }
  return sign === '-' ? { do: 'retract', id } : { do: 'patch', id, n: Number(n) }
}

const publishes = (rows: readonly Row[]): readonly Write[] => rows.map((row) => ({ do: 'publish', row }))
const rowsOf = (writes: readonly Write[]): readonly Row[] => writes.flatMap((write) => (write.do === 'publish' ? [write.row] : []))

export function toMarbles({ initial, steps, failure }: History): HistoryMarbles {
  const lines = { a: '', b: '', join: '', parameter: '' }
  const values = new Map<string, string>()
  const mark = (writes: readonly Write[]): string =>
    writes
      .map((write) => {
        const value = word(write)
        if (!values.has(value)) values.set(value, names[values.size]!)
        return values.get(value)!
      })
      .join('')
  const column = (block: Partial<typeof lines>): void => {
    const width = Math.max(...Object.values(block).map((text) => text.length))
    for (const line of Object.keys(lines) as (keyof typeof lines)[]) lines[line] += `${(block[line] ?? '').padEnd(width, '-')}-`
  }
  const of = (source: 0 | 1): 'a' | 'b' => (source === 0 ? 'a' : 'b')
  column({ a: `(R${mark(publishes(initial[0]))}.)`, b: `(R${mark(publishes(initial[1]))}.)`, join: '^' })
  for (const step of steps) {
    if (step.step === 'join') column({ join: '^' })
    else if (step.step === 'parameter') column({ parameter: String(step.value) })
    else {
      const line = of(step.source)
      if (step.step === 'reset') column({ [line]: 'R' })
      else if (step.step === 'complete') column({ [line]: '|' })
      else if (step.step === 'replaceAll') column({ [line]: `(=${mark(publishes(step.rows))}.)` })
      else if (step.step === 'nested') column({ [line]: `(${mark([step.first])}>)`, [line === 'a' ? 'b' : 'a']: `(${mark([step.then])}.)` })
      else
        column({
          [line]: `(${mark(step.writes)}${step.fail ? '!' : '.'})`,
          ...(step.join && step.writes.length > 1 ? { join: '--^' } : {}),
        })
    }
  }
  if (failure !== undefined) {
    const text = mark(failure.writes)
    column({ [of(failure.source)]: `(${text.slice(0, failure.after)}#${text.slice(failure.after)})` })
  }
  const { a, b, join, parameter } = lines
  return {
    a,
    b,
    ...(join.indexOf('^', 1) > 0 ? { join } : {}),
    ...(/\d/.test(parameter) ? { parameter } : {}),
    values: Object.fromEntries([...values].map(([value, name]) => [name, value])),
  }
}

export function fromMarbles({ a, b, join = '', parameter = '', values = {} }: HistoryMarbles): History {
  const steps: Step[] = []
  let initial: [readonly Row[], readonly Row[]] | undefined
  let failure: Failure | undefined
  const read = (text: string): readonly Write[] => [...text].flatMap((name) => (name in values ? [writeOf(values[name]!)] : []))
  for (const [left, right, joins, value] of columns([a, b, join, parameter])) {
    const source = left === '' || (right !== '' && left.endsWith('.)') && right.endsWith('>)')) ? 1 : 0
    const [text, other] = source === 0 ? [left, right] : [right, left]
    const writes = read(text)
    if (initial === undefined) initial = [rowsOf(read(left)), rowsOf(read(right))]
    else if (text === '') steps.push(value === '' ? { step: 'join' } : { step: 'parameter', value: Number(value) })
    else if (text === 'R') steps.push({ step: 'reset', source })
    else if (text === '|') steps.push({ step: 'complete', source })
    else if (text.includes('#')) failure = { source, writes, after: read(text.slice(0, text.indexOf('#'))).length }
    else if (text.startsWith('(=')) steps.push({ step: 'replaceAll', source, rows: rowsOf(writes) })
    else if (text.endsWith('>)')) steps.push({ step: 'nested', source, first: writes[0]!, then: read(other)[0]! })
    else steps.push({ step: 'edit', source, writes, join: joins !== '', fail: text.endsWith('!)') })
  }
  return { initial: initial ?? [[], []], steps, failure }
}

/** Lines cut at the columns in which nothing is, without their dashes. */
function columns(lines: readonly [string, string, string, string]): readonly (readonly [string, string, string, string])[] {
  const width = Math.max(...lines.map((line) => line.length))
  const full = lines.map((line) => line.padEnd(width + 1, '-'))
  const blocks: (readonly [string, string, string, string])[] = []
  let start = 0
  for (let at = 0; at <= width; at++) {
    if (full.some((line) => line[at] !== '-')) continue
    if (at > start) blocks.push(full.map((line) => line.slice(start, at).replaceAll('-', '')) as [string, string, string, string])
    start = at + 1
  }
  return blocks
}

/** A history to be pasted into `regressions.test.ts`. */
export function printMarbles(history: History): string {
  const { values, ...lines } = toMarbles(history)
  const quoted = Object.entries(lines).map(([name, line]) => `  ${`${name}:`.padEnd(10)} '${line.replace(/-+$/, '')}',`)
  const named = Object.entries(values ?? {}).map(([name, word]) => `${/^[0-9]|^[a-zA-Z]/.test(name) ? name : `'${name}'`}: '${word}'`)
  return [...quoted, ...(named.length === 0 ? [] : [`  values: { ${named.join(', ')} },`])].join('\n')
}
