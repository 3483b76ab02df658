import { writeFileSync } from 'node:fs'
import Mocha, { type MochaOptions, type Runner } from 'mocha'

/** How long the process may take to end by itself once the last test is done. */
const graceMs = 10_000

/**
 * Mocha's spec output; the counts go to the file that `RACHIS_TEST_COUNTS` names, for the run's last line.
 * A run whose process doesn't end by itself has left something open: that is named, and counted as a failure.
 */
export default class HouseReporter extends Mocha.reporters.Spec {
  constructor(runner: Runner, options?: MochaOptions) {
    super(runner, options)
    runner.on(Mocha.Runner.constants.EVENT_TEST_RETRY, (test: Mocha.Test, error: Error) => {
      console.warn(`Tried again: ${test.fullTitle()}: ${error.message}`)
    })
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const counts = { passed: this.stats.passes, failed: this.stats.failures, skipped: this.stats.pending }
      writeCounts(counts)
      setTimeout(() => {
        const left = process.getActiveResourcesInfo().join(', ')
        console.error(`The tests are done, but the process doesn't end: something is left open (${left}).`)
        writeCounts({ ...counts, failed: counts.failed + 1 })
        process.exit(1)
      }, graceMs).unref()
    })
  }
}

function writeCounts(counts: { passed: number; failed: number; skipped: number }): void {
  const file = process.env['RACHIS_TEST_COUNTS']
  if (file !== undefined) writeFileSync(file, JSON.stringify(counts))
}
