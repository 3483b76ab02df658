import { MissingError, RachisError } from '../../../errors.js'
import type { WireError } from '../../../streams/transports/dnode/wire-error.js'
import { toldError } from '../../hub/told-error.js'

/** The words in which old clients are told what is wrong. */
export type SeedWord = 'invalid parameters' | 'invalid model type' | 'model not found' | 'missing parameters'

/** An error that has a word of its own. */
export class SeedError extends RachisError {
  readonly code = 'seed'

  constructor(readonly word: SeedWord) {
    super(word)
  }
}

/** What a client is told of an error: the word, where there is one. */
export function toldToSeed(error: unknown): SeedWord | WireError {
  if (error instanceof SeedError) return error.word
  return error instanceof MissingError ? 'model not found' : toldError(error)
}
