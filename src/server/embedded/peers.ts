import type * as Lmdb from 'lmdb'
import type * as Mingo from 'mingo'
import { MissingPeerError } from '../../errors.js'

let mingo: typeof Mingo | undefined
let mingoFailure: unknown

/** Loads `lmdb`, or throws `MissingPeerError`. */
export async function loadLmdb(): Promise<typeof Lmdb> {
  try {
    return await import('lmdb')
  } catch (cause) {
    throw missing('lmdb', 'stores the data of the embedded driver', cause)
  }
}

/** Loads `mingo` if it is there; who needs it later calls `requireMingo`. */
export async function prepareMingo(): Promise<void> {
  try {
    mingo ??= await import('mingo')
  } catch (cause) {
    mingoFailure = cause
  }
}

/** `mingo`, or `MissingPeerError` if it isn't installed. Call after `prepareMingo`. */
export function requireMingo(purpose: string): typeof Mingo {
  if (mingo === undefined) throw missing('mingo', `${purpose} in the embedded driver`, mingoFailure)
  return mingo
}

function missing(name: string, purpose: string, cause: unknown): MissingPeerError {
  return new MissingPeerError(`the package ${name} ${purpose}, but can't be loaded; install it: npm install ${name}`, { cause })
}
