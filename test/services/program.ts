import type { Context } from 'mocha'
import { findProgram, installCommand, systemPackages } from '../../scripts/system-packages.mjs'

/**
 * The path of a program that a test starts for real. Where it is missing the test is skipped with a line that says how to get it;
 * with `CI=true` the run fails instead.
 */
export function requireProgram(context: Context, name: string): string {
  const path = findProgram(name)
  if (path !== undefined) return path
  const install = installCommand([systemPackages.find(({ program }) => program === name)?.package ?? name])
  if (process.env['CI'] === 'true') throw new Error(`${name} is missing: ${install}`)
  console.warn(`*** skipped, for want of ${name}: ${install} ***`)
  return context.skip()
}
