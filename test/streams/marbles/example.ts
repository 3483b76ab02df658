import type { Observable } from 'rxjs'
import type { Feed, FeedEvent, Key, OrderedFeed } from '../../../src/streams/index.js'
import { marble } from '../../../src/streams/testing/index.js'

/**
 * One line of a marble diagram. `R` is a reset, `.` a commit; the other characters are named in the example's `values`. What stands in parentheses happens at
 * once. The lines of an example are aligned by column; spaces are only for that.
 */
export interface Line<O extends Observable<unknown> = Observable<unknown>> {
  readonly carries: 'events' | 'values'
  readonly marbles: string
  /** When it is subscribed to, if not from the start to the end. A cold input begins at `^`, wherever its marbles are written. */
  readonly subscribed?: readonly string[]
  /** What the line is to `apply`. */
  readonly observable?: O
}

type Lines = Readonly<Record<string, Line>>
type Observables<L extends Lines> = { readonly [K in keyof L]: L[K] extends Line<infer O> ? O : never }

interface Spec<I extends Lines> {
  /** What the diagram shows, in one sentence. */
  readonly title: string
  readonly values: Readonly<Record<string, unknown>>
  readonly inputs: I
  /** The operator. Its source is what the diagram shows, unless `shown` says it in other words. */
  readonly apply: (inputs: Observables<I>) => Observable<unknown> | Readonly<Record<string, Observable<unknown>>>
  readonly shown?: string
  /** It waits for promises: its frames are taken one after the other, not in virtual time. */
  readonly paced?: boolean
  /** What comes out: one line, or several by name, of one result or of several by the same names. */
  readonly output: Line | Lines
  /** The text of a value in the diagram. */
  readonly label?: (value: never) => string
}

/** An operator at work: what goes in, what is applied, what comes out. Tests run it, and the guide draws it. */
export interface MarbleExample extends Omit<Spec<Lines>, 'output' | 'apply' | 'label'> {
  readonly apply: (inputs: Readonly<Record<string, Observable<never>>>) => Readonly<Record<string, Observable<unknown>>>
  readonly outputs: Lines
  readonly label: ((value: unknown) => string) | undefined
}

/** Checks an example's types and gives all of them one. */
export function example<I extends Lines>({ output, label, apply, ...rest }: Spec<I>): MarbleExample {
  const outputs = isLine(output) ? { '': output } : output
  return {
    ...rest,
    outputs,
    label: label as MarbleExample['label'],
    apply(inputs) {
      const result = apply(inputs as unknown as Observables<I>)
      return isObservable(result) ? Object.fromEntries(Object.keys(outputs).map((name) => [name, result])) : result
    },
  }
}

/** A line of a feed. */
export function feed<T>(marbles: string, ...subscribed: string[]): Line<Feed<T>> {
  return line('events', marbles, subscribed)
}

/** A line of an ordered feed. */
export function ordered<T>(marbles: string, ...subscribed: string[]): Line<OrderedFeed<T>> {
  return line('events', marbles, subscribed)
}

/** A line of a plain Observable. */
export function values<V>(marbles: string, ...subscribed: string[]): Line<Observable<V>> {
  return line('values', marbles, subscribed)
}

/** The events of items that have their key in `id`. */
export const { add, set, del } = marble

/** Whether a value behind a character is an event. */
export function isEvent(value: unknown): value is FeedEvent<unknown> & { readonly id: Key } {
  return typeof value === 'object' && value !== null && 'type' in value && 'id' in value && 'previous' in value
}

function line<O extends Observable<unknown>>(carries: Line['carries'], marbles: string, subscribed: readonly string[]): Line<O> {
  return { carries, marbles, ...(subscribed.length > 0 && { subscribed }) }
}

function isLine(output: Line | Lines): output is Line {
  return typeof output.marbles === 'string'
}

function isObservable(value: object): value is Observable<unknown> {
  return 'subscribe' in value
}
