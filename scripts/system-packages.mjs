import { accessSync, constants, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'

/** The programs that tests start for real, and the Debian package of each. */
export const systemPackages = [
  { program: 'chromium', package: 'chromium' },
  { program: 'redis-server', package: 'redis-server' },
  { program: 'prosody', package: 'prosody' },
  { program: 'ejabberdctl', package: 'ejabberd' },
  { program: 'openssl', package: 'openssl' },
]

/** The path of a program, or `undefined` where it isn't installed. */
export function findProgram(name) {
  // Debian puts ejabberdctl where users other than root don't look.
  for (const folder of [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']) {
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
  const steps = [
    ['update', '-q'],
    ['install', '-y', '-q', '--no-install-recommends', ...missing],
  ]
  await withoutStartingServices(async () => {
    for (const step of steps) {
      if ((await run('apt-get', step, { env })) !== 0) console.warn(`apt-get ${step.join(' ')} failed.`)
    }
  })
}

const policyFile = '/usr/sbin/policy-rc.d'
const denial = `#!/bin/sh
# The tests of Rachis start servers of their own: while they install packages no service starts.
exit 101
`

/**
 * Debian asks a policy before an installed service starts (invoke-rc.d(8)): while `install` runs it is ours, which denies. One that is there already
 * stands aside and comes back; so does one that a run left aside that was killed.
 */
export async function withoutStartingServices(install, policy = policyFile) {
  const aside = `${policy}.before-rachis`
  // With a handler a signal ends apt-get, which has it too, and not us before the policy is back.
  const heard = []
  const hear = (signal) => heard.push(signal)
  const signals = ['SIGINT', 'SIGTERM']
  for (const signal of signals) process.on(signal, hear)
  if (existsSync(policy) && readFileSync(policy, 'utf8') !== denial) renameSync(policy, aside)
  writeFileSync(policy, denial, { mode: 0o755 })
  try {
    await install()
  } finally {
    if (existsSync(aside)) renameSync(aside, policy)
    else rmSync(policy, { force: true })
    for (const signal of signals) process.off(signal, hear)
    if (heard.length > 0) process.kill(process.pid, heard[0])
  }
}

function isDebian() {
  return existsSync('/etc/os-release') && /^ID(_LIKE)?=.*debian/m.test(readFileSync('/etc/os-release', 'utf8'))
}
