import {
  ArgumentError,
  ConflictError,
  ConnectionError,
  DeniedError,
  MissingError,
  ProtocolError,
  QueryError,
  StoreError,
  ValidationError,
} from '../../errors.js'
import { InputError, ListenError, UsageError } from './cli-errors.js'

/** What the exit codes of `rachis` mean, as `--help` prints it. */
export const exitCodes = [
  [0, 'done, or stopped by a signal'],
  [1, 'failed for a reason without a code of its own'],
  [2, 'wrong usage: an unknown command or flag, a value that makes no sense, a bad filter'],
  [3, 'a file that cannot be used: not JSON, an item that was refused, a faulty configuration'],
  [4, 'the port is in use'],
  [5, 'the data folder is damaged or in use'],
  [6, 'the server cannot be reached, or does not speak the protocol'],
  [7, 'denied, or no such node'],
] as const

const byClass = [
  [InputError, 3],
  [ListenError, 4],
  [UsageError, 2],
  [QueryError, 2],
  [ArgumentError, 2],
  [ValidationError, 3],
  [ConflictError, 3],
  [StoreError, 5],
  [ConnectionError, 6],
  [ProtocolError, 6],
  [DeniedError, 7],
  [MissingError, 7],
] as const

/** The exit code of a command that ended with `error`. */
export function exitCodeOf(error: unknown): number {
  return byClass.find(([type]) => error instanceof type)?.[1] ?? 1
}
