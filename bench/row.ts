/** One figure of a suite. `ratio` > 1 means that the subject is better, whatever the unit. */
export interface Row {
  readonly suite: string
  readonly case: string
  readonly subject: string
  readonly unit: string
  readonly value: number
  readonly peer?: string
  readonly peerValue?: number
  readonly ratio?: number
  /** The hand-written loop that does only this one job. */
  readonly limit?: string
  readonly limitValue?: number
}

/** What each `bench/SUITE.bench.ts` exports. */
export interface Suite {
  readonly suite: string
  /** `only`: parts of the names of the cases wanted, where a suite has many. */
  run(report: (row: Row) => void, only: readonly string[]): Promise<void>
}
