import { spawn } from 'node:child_process'

/** Runs a command with our own output; resolves to its exit code (128 and more for a signal). */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options })
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)))
  })
}

/** Runs a command of this package with Node, e.g. `node('scripts/build.mjs', [])`; `flags` are Node's own. */
export function node(file, args, options = {}, flags = []) {
  return run(process.execPath, [...flags, file, ...args], options)
}
