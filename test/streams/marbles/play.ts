import { Observable, Subject } from 'rxjs'
import { commitEvent, type FeedEvent, resetEvent } from '../../../src/streams/index.js'
import { equalValues } from '../../../src/streams/query.js'
import { checkLaws } from '../../../src/streams/testing/index.js'
import type { MarbleExample } from './example.js'
import { frameOf, lengthOf, tokensOf } from './frames.js'

/** What an example has done and what it should have done, in the same words. */
export interface Played {
  readonly found: unknown
  readonly expected: unknown
}

/** Runs an example frame by frame, with time for promises in between: virtual time knows none. Its inputs are hot. */
export async function play(example: MarbleExample): Promise<Played> {
  const until = lengthOf(example)
  const found = { inputs: {} as Record<string, string[]>, outputs: {} as Record<string, unknown[]> }
  const expected: typeof found = { inputs: {}, outputs: {} }
  let frame = 0
  const subjects = Object.entries(example.inputs).map(([name, line]) => {
    const subject = new Subject<unknown>()
    const uses: string[] = (found.inputs[name] = [])
    expected.inputs[name] = [...(line.subscribed ?? ['^'])].map(
      (use) => `${frameOf(use, '^')} ${Math.min(frameOf(use, '!'), endOf(line.marbles))}`,
    )
    const watched = new Observable<unknown>((out) => {
      const index = uses.push(String(frame)) - 1
      out.add(() => (uses[index] = `${uses[index]!} ${frame}`))
      return subject.subscribe(out)
    })
    return { name, line, subject, watched }
  })
  const results = example.apply(Object.fromEntries(subjects.map(({ name, watched }) => [name, watched as Observable<never>])))
  const subscriptions = Object.entries(example.outputs).map(([name, line]) => {
    const log: unknown[] = (found.outputs[name] = [])
    expected.outputs[name] = tokensOf(line.marbles)
      .filter(({ character }) => !'()'.includes(character))
      .map(({ frame, character }) => [frame, said(character, example)])
    const result =
      line.carries === 'events' ? (results[name] as Observable<FeedEvent<unknown>>).pipe(checkLaws({ same: equalValues })) : results[name]!
    return result.subscribe({
      next: (value) => log.push([frame, plain(value)]),
      error: (error) => log.push([frame, String(error)]),
      complete: () => log.push([frame, '|']),
    })
  })
  for (; frame < until; frame++) {
    for (const { line, subject } of subjects)
      for (const token of tokensOf(line.marbles)) {
        if (token.frame !== frame || '()'.includes(token.character)) continue
        if (token.character === '|') subject.complete()
        else subject.next(meaning(token.character, example))
      }
    await new Promise(setImmediate)
  }
  for (const subscription of subscriptions) subscription.unsubscribe()
  return { found, expected }

  function endOf(marbles: string): number {
    return tokensOf(marbles).find(({ character }) => character === '|')?.frame ?? until
  }
}

function said(character: string, example: MarbleExample): unknown {
  return character === '|' ? '|' : plain(meaning(character, example))
}

function meaning(character: string, { values }: MarbleExample): unknown {
  if (character === 'R') return resetEvent('subscribed')
  return character === '.' ? commitEvent({}) : values[character]
}

/** Without cursors and reasons. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'cursor' || key === 'reason' ? undefined : part)))
}
