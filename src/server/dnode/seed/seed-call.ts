import { isRecord } from '../../../streams/transports/dnode/json-shape.js'
import { isInternal } from '../../hub/told-error.js'
import { type PlainObject, plainJson } from './plain-json.js'
import { SeedError, toldToSeed } from './seed-error.js'
import type { SeedPeer } from './seed-peer.js'

/** The options of a call, made anew and without functions. */
export interface SeedOptions {
  readonly type: string | undefined
  /** The channel. */
  readonly url: string | undefined
  readonly silent: boolean
  readonly all: PlainObject
}

/** A call whose result goes to `fn(result, opt)`, and its error to `opt.error(error, opt)`. */
export interface SeedCall {
  readonly opt: SeedOptions
  /** The data in front of the options. */
  readonly data: PlainObject
}

/**
 * Answers a call with data (if `hasData`), options and a callback, whatever its arguments are: `work` gives the result. `told` runs after the answer.
 * Never throws.
 */
export function answerCall(
  peer: SeedPeer,
  method: string,
  args: readonly unknown[],
  hasData: boolean,
  work: (call: SeedCall) => Promise<{ readonly result: unknown; readonly told?: () => void }>,
): void {
  const [first, ...rest] = args
  const [given, fn] = hasData ? rest : [first, rest[0]]
  const fail = (error: unknown): void => {
    if (isInternal(error)) peer.report(error)
    const onError = functionAt(given, 'error')
    if (onError !== undefined) peer.answer(onError, toldToSeed(error), echoOf(peer, method, given))
  }
  peer.run(async () => {
    try {
      const all = plainJson(given, peer.limits)
      const data = hasData ? plainJson(first, peer.limits) : {}
      if (!isRecord(all) || !isRecord(data)) throw new SeedError(method === 'publish' ? 'missing parameters' : 'invalid parameters')
      const { result, told } = await work({ opt: optionsOf(all), data })
      peer.answer(fn, result, echo(method, all))
      told?.()
    } catch (error) {
      fail(error)
    }
  }, fail)
}

/** Answers a call with a first argument and a callback, by `fn(null, result)` or `fn(error)`. Never throws. */
export function answerNode(
  peer: SeedPeer,
  args: readonly unknown[],
  work: (argument: unknown) => Promise<{ readonly result?: unknown; readonly told?: () => void }>,
): void {
  const [argument, fn] = args
  const fail = (error: unknown): void => {
    if (isInternal(error)) peer.report(error)
    peer.answer(fn, toldToSeed(error))
  }
  peer.run(async () => {
    try {
      const { result, told } = await work(plainJson(argument, peer.limits))
      peer.answer(fn, null, result)
      told?.()
    } catch (error) {
      fail(error)
    }
  }, fail)
}

/** The text at `name`, `undefined` if there is none. */
export function textAt(object: PlainObject, name: string): string | undefined {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

function optionsOf(all: PlainObject): SeedOptions {
  const { url = null } = all
  // Nobody would hear of what is written.
  if (url !== null && typeof url !== 'string') throw new SeedError('invalid parameters')
  return { type: textAt(all, 'type'), url: textAt(all, 'url'), silent: Boolean(all['silent']), all }
}

/** What of its options a client gets back, so that it knows what the answer belongs to. */
function echo(method: string, all: PlainObject): PlainObject {
  const { type, url, silent } = all
  return { ...(type !== undefined && { type }), ...(url !== undefined && { url }), method, ...(silent !== undefined && { silent }) }
}

function echoOf(peer: SeedPeer, method: string, given: unknown): PlainObject {
  try {
    const all = plainJson(given, peer.limits)
    return echo(method, isRecord(all) ? all : {})
  } catch {
    return { method }
  }
}

/** A caller in this process may hand over an object that throws when it is looked at. */
function functionAt(value: unknown, name: string): unknown {
  try {
    const found = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined
    return typeof found === 'function' ? found : undefined
  } catch {
    return undefined
  }
}
