import { ArgumentError, RachisError } from '../../errors.js'

/** The command line is not one that this program knows: read `--help`. */
export class UsageError extends ArgumentError {
  override readonly code: string = 'usage'
}

/** A file that was named can't be used as it is. Where it is known, `line` and `column` (both from 1) say where. */
export class InputError extends RachisError {
  readonly code: string = 'input'
  constructor(
    message: string,
    readonly file: string,
    readonly line?: number,
    readonly column?: number,
    options?: { cause?: unknown },
  ) {
    super(`${file}${line === undefined ? '' : `:${line}:${column ?? 1}`}: ${message}`, options)
  }
}

/** The address to listen on can't be had: another program has it, or it needs rights. */
export class ListenError extends RachisError {
  readonly code: string = 'listen'
}
