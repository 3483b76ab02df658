import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** How a child is started and recognised as ready. */
export interface ChildOptions {
  readonly command: string
  readonly args?: readonly string[]
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
  /** The first line of its output that matches says that it is ready. */
  readonly ready: RegExp
  /** How long it may take to get there, in ms. Default 30,000. */
  readonly readyWithin?: number
}

/** A running child of the test run. */
export interface Child {
  readonly pid: number
  /** What `ready` matched. */
  readonly ready: RegExpExecArray
  /** All lines that it has written so far, to show when a test fails. */
  readonly lines: readonly string[]
  /** Resolves with the first line, past or future, that matches; rejects if the child ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>
  /** SIGTERM, and SIGKILL after 5 seconds; resolves once it is gone. */
  stop(): Promise<number | NodeJS.Signals>
  /** SIGKILL at once; resolves once it is gone. */
  kill(): Promise<number | NodeJS.Signals>
}

const running = new Set<ChildProcess>()
// A test run that is cut short takes its children along.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
// By default these end it without an 'exit'.
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(1))

/** Starts a child and resolves when it says that it is ready. Stop it in an `after` hook. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { command, args = [], cwd, env = process.env, readyWithin = 30_000 } = options
  const process_ = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  running.add(process_)
  const output = new LineLog(command)
  for (const stream of [process_.stdout, process_.stderr]) createInterface({ input: stream }).on('line', (line) => output.add(line))
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    process_.once('error', (cause) => output.end(`could not be started: ${cause.message}`))
    process_.once('close', (code, signal) => {
      running.delete(process_)
      output.end(`ended with ${String(code ?? signal)}`)
      resolve(code ?? signal ?? 1)
    })
  })
  const kill = (signal: NodeJS.Signals): Promise<number | NodeJS.Signals> => {
    process_.kill(signal)
    return ended
  }
  const late = setTimeout(() => output.end(`was not ready within ${String(readyWithin)} ms`), readyWithin)
  try {
    const ready = await output.wait(options.ready)
    return {
      pid: process_.pid!,
      ready,
      lines: output.lines,
      line: (pattern) => output.wait(pattern),
      kill: () => kill('SIGKILL'),
      stop: async () => {
        const patience = setTimeout(() => process_.kill('SIGKILL'), 5_000)
        try {
          return await kill('SIGTERM')
        } finally {
          clearTimeout(patience)
        }
      },
    }
  } catch (error) {
    process_.kill('SIGKILL')
    throw error
  } finally {
    clearTimeout(late)
  }
}

interface Waiter {
  readonly pattern: RegExp
  readonly resolve: (match: RegExpExecArray) => void
  readonly reject: (error: Error) => void
}

class LineLog {
  readonly lines: string[] = []
  readonly #waiters = new Set<Waiter>()
  #ended: string | undefined

  constructor(private readonly command: string) {}

  add(line: string): void {
    this.lines.push(line)
    for (const waiter of this.#waiters) {
      const match = waiter.pattern.exec(line)
      if (match === null) continue
      this.#waiters.delete(waiter)
      waiter.resolve(match)
    }
  }

  end(reason: string): void {
    this.#ended ??= reason
    for (const waiter of this.#waiters) waiter.reject(this.#failure(waiter.pattern))
    this.#waiters.clear()
  }

  wait(pattern: RegExp): Promise<RegExpExecArray> {
    for (const line of this.lines) {
      const match = pattern.exec(line)
      if (match !== null) return Promise.resolve(match)
    }
    if (this.#ended !== undefined) return Promise.reject(this.#failure(pattern))
    return new Promise((resolve, reject) => this.#waiters.add({ pattern, resolve, reject }))
  }

  #failure(pattern: RegExp): Error {
    const tail = this.lines.slice(-20).join('\n')
    return new Error(`${this.command} ${this.#ended ?? ''} before a line matched ${String(pattern)}. Its last lines:\n${tail}`)
  }
}
