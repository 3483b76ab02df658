/**
 * A sum that forgets what is taken out of it: two doubles and the error of each step (Knuth's TwoSum), exact for integers and to about 106 bits for
 * fractions. When the last fraction is gone, so is what rounding left of them. NaN and the infinities are counted apart.
 */
export class ExactSum {
  /** @internal */
  high = 0
  /** @internal */
  low = 0
  private fractions = 0
  private strange: Map<number, number> | undefined

  get value(): number {
    let sum = this.high + this.low
    // Adding 0 makes 0 of -0.
    if (this.fractions === 0) sum = Math.round(sum) + 0
    for (const [value, count] of this.strange ?? []) if (count > 0) sum += value
    return sum
  }

  /** Adds `value`, or with -1 takes out one that was added. */
  add(value: number, sign: 1 | -1 = 1): void {
    if (!Number.isFinite(value)) {
      this.strange ??= new Map()
      this.strange.set(value, (this.strange.get(value) ?? 0) + sign)
      return
    }
    if (!Number.isInteger(value)) this.fractions += sign
    const { high } = this
    const sum = high + sign * value
    const part = sum - high
    this.low += high - (sum - part) + (sign * value - part)
    this.high = sum
  }
}
