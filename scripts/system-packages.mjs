import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/** The programs that tests start for real, and the Debian package of each. */
export const systemPackages = [
  { program: 'chromium', package: 'chromium' },
  { program: 'redis-server', package: 'redis-server' },
]

/** The path of a program, or `undefined` where it isn't installed. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not in this folder
    }
  }
  return undefined
}

/** The command that installs packages on Debian, to be shown. */
export function installCommand(packages) {
  return `apt-get update && apt-get install -y --no-install-recommends ${packages.join(' ')}`
}

/** As root on Debian installs what is missing; elsewhere names the command. What is still missing then is skipped loudly by its tests. */
export async function installSystemPackages() {
  const missing = systemPackages.filter(({ program }) => findProgram(program) === undefined).map((entry) => entry.package)
  if (missing.length === 0) return
  if (!isDebian() || process.getuid?.() !== 0) {
    console.warn(`Missing: ${missing.join(', ')}. The tests that need them are skipped. On Debian, as root: ${installCommand(missing)}`)
    return
  }
  console.log(`Installing ${missing.join(', ')} …`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  // Services must not start: the tests run their own, on free ports.
  const steps = [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', ...missing],
  ]
  for (const step of steps) {
    if ((await run('apt-get', step, { env })) !== 0) console.warn(`apt-get ${step.join(' ')} failed.`)
  }
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'))
}
