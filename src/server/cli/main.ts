#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { describeCause, RachisError } from '../../errors.js'
import { UsageError } from './cli-errors.js'
import { type Command, readArguments } from './command.js'
import { exitCodeOf } from './exit-codes.js'
import { commandHelp, overview } from './help.js'
import { load } from './load.js'
import { serve } from './serve.js'
import { tail } from './tail.js'
import { processTerminal, type Terminal } from './terminal.js'

const commands: readonly Command[] = [serve, load, tail]

process.exitCode = await run(process.argv.slice(2), processTerminal(process))

/** Runs a command line to its end and returns the exit code. The first SIGINT or SIGTERM asks the command to stop, the second ends the process. */
async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const stop = new AbortController()
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) process.exit(signal === 'SIGINT' ? 130 : 143)
    stop.abort()
  }
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  // The reader of a pipe has gone, as `head` does: nothing is left to do.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
    stop.abort()
  })
  try {
    await dispatch(args, terminal, stop.signal)
    return 0
  } catch (error) {
    terminal.status(undefined)
    const code = error instanceof RachisError ? ` (${error.code})` : ''
    terminal.note(`rachis: ${describeCause(error)}${code}`)
    if (error instanceof UsageError) terminal.note(`Try: rachis ${commandNamed(args[0])?.name ?? ''} --help`.replace('  ', ' '))
    return exitCodeOf(error)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

async function dispatch(args: readonly string[], terminal: Terminal, stop: AbortSignal): Promise<void> {
  const [name, ...rest] = args
  if (name === '--version' || name === '-v') {
    terminal.print(version())
    return
  }
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    terminal.print(overview(commands))
    if (name === undefined) throw new UsageError('no command is given')
    return
  }
  const command = commandNamed(name)
  if (command === undefined) {
    const what = name.startsWith('-') ? 'there is no flag' : 'there is no command'
    throw new UsageError(`${what} ${name}; there are ${commands.map((one) => one.name).join(', ')}`)
  }
  const ends = rest.indexOf('--')
  if ((ends < 0 ? rest : rest.slice(0, ends)).some((arg) => arg === '--help' || arg === '-h')) {
    terminal.print(commandHelp(command))
    return
  }
  await command.run(readArguments(command, rest), terminal, stop)
}

function commandNamed(name: string | undefined): Command | undefined {
  return commands.find((command) => command.name === name)
}

/** The version of the package: `package.json` stands at its root, two folders above `dist/esm`, three above the source. */
function version(): string {
  for (const path of ['../../package.json', '../../../package.json']) {
    try {
      const manifest = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8')) as { name?: string; version?: string }
      if (manifest.name === 'rachis') return manifest.version ?? 'unknown'
    } catch {
      // not there
    }
  }
  return 'unknown'
}
