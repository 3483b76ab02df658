import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { map, type Observable } from 'rxjs'
import type { FeedEvent } from '../../src/streams/index.js'
import { equalValues } from '../../src/streams/query.js'
import { checkLaws, type FeedContext, feedMarbles, type FeedMarbles } from '../../src/streams/testing/index.js'
import { documented, fileOf } from './marbles/documented.js'
import { isEvent, type Line, type MarbleExample } from './marbles/example.js'
import { examplesOf, marblesFolder } from './marbles/examples.js'
import { beginOf, endOf, frameOf, lengthOf, subscription } from './marbles/frames.js'
import { play } from './marbles/play.js'

const machinery = ['diagrams.ts', 'documented.ts', 'example.ts', 'examples.ts', 'frames.ts', 'guide.ts', 'play.ts', 'update-diagrams.ts']
const names = documented()
const all = await Promise.all(names.map(async (name) => ({ name, examples: await examplesOf(name) })))

describe('marbles', () => {
  it('exist for everything that makes a feed, takes one, or goes into an operator, and for nothing else', () => {
    const files = readdirSync(marblesFolder).filter((file) => file.endsWith('.ts') && !machinery.includes(file))
    assert.deepEqual(files.sort(), names.map((name) => `${fileOf(name)}.ts`).sort())
  })

  for (const { name, examples } of all) {
    for (const each of examples) {
      const title = `of ${name}: ${each.title}`
      if (each.paced) {
        it(title, async () => {
          const { found, expected } = await play(each)
          assert.deepEqual(found, expected)
        })
      } else {
        it(
          title,
          feedMarbles((context) => {
            run(each, context)
          }),
        )
      }
    }
  }
})

/** Whatever ends an example, its end or that of its result, releases the inputs; so does each input's own end. */
function run(each: MarbleExample, { context, feed, expectFeed }: FeedContext): void {
  const values = each.values as FeedMarbles
  const plain = Object.fromEntries(Object.entries(each.values).map(([character, value]) => [character, comparable(value)]))
  const until = lengthOf(each)
  const ends = Object.values(each.outputs).map((line) => Math.min(until, endOf(line.marbles), endOfUse(line)))
  const inputs: Record<string, Observable<never>> = {}
  for (const [name, line] of Object.entries(each.inputs)) {
    const cold = line.carries === 'events' ? feed(line.marbles, values) : context.cold(line.marbles, each.values)
    const end = Math.min(endOf(line.marbles, beginOf(line)), Math.max(...ends))
    context.expect(cold).toHaveSubscriptions((line.subscribed ?? ['^']).map((use) => ended(use, end)))
    inputs[name] = (line.carries === 'events' ? (cold as Observable<FeedEvent<unknown>>).pipe(checkLaws()) : cold) as Observable<never>
  }
  const results = each.apply(inputs)
  for (const [name, line] of Object.entries(each.outputs)) {
    const result = results[name]!
    const use = ended(line.subscribed?.[0] ?? '^', until)
    if (line.carries === 'events')
      expectFeed((result as Observable<FeedEvent<unknown>>).pipe(checkLaws({ same: equalValues })), line.marbles, values, use)
    else context.expect(result.pipe(map(comparable)), use).toBeObservable(line.marbles, plain)
  }
}

/** A subscription that says no end lasts to this one. */
function ended(use: string, end: number): string {
  return subscription(frameOf(use, '^'), Math.min(end, frameOf(use, '!')))
}

function endOfUse({ subscribed }: Line): number {
  return subscribed === undefined ? Infinity : frameOf(subscribed[0]!, '!')
}

/** What JSON would lose, in other words. */
function comparable(value: unknown): unknown {
  if (value instanceof Map) return { map: [...(value as Map<unknown, unknown>)] }
  return isEvent(value) || value !== undefined ? value : { nothing: true }
}
