import type { Context } from 'mocha'
import { type Browser, chromium } from 'playwright-core'
import { requireProgram } from './program.js'

/** Nothing but what the page asks for goes over the network, and a root user in a container can start it. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The system's Chromium, without a window; skips the tests where it is missing. Close it in an `after` hook. */
export function launchChromium(context: Context): Promise<Browser> {
  return chromium.launch({ executablePath: requireProgram(context, 'chromium'), args: flags })
}
