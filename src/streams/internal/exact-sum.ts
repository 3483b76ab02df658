/**
 * A sum that forgets what is taken out of it. Integers are added apart and exactly as long as their sum is a safe integer;
 * the rest is added as the sum of two doubles with the error of each step (Knuth's TwoSum), which is exact to about 106 bits.
 */
export class ExactSum {
  private integers = 0
  private high = 0
  private low = 0
  private fractions = 0
  /** Integers too large for `integers` have gone into `high` and `low`. */
  private carried = false
  private nans = 0
  private infinities = 0
  private negativeInfinities = 0

  get value(): number {
    if (this.nans > 0 || (this.infinities > 0 && this.negativeInfinities > 0)) return NaN
    if (this.infinities > 0) return Infinity
    if (this.negativeInfinities > 0) return -Infinity
    return this.fractions === 0 && !this.carried ? this.integers : this.high + (this.low + this.integers)
  }

  add(value: number): void {
    this.count(value, 1)
  }

  remove(value: number): void {
    this.count(value, -1)
  }

  clear(): void {
    this.integers = this.high = this.low = this.fractions = 0
    this.carried = false
    this.nans = this.infinities = this.negativeInfinities = 0
  }

  private count(value: number, sign: 1 | -1): void {
    if (Number.isSafeInteger(value)) {
      const sum = this.integers + sign * value
      if (Number.isSafeInteger(sum)) this.integers = sum
      else {
        this.extend(this.integers)
        this.integers = sign * value
        this.carried = true
      }
    } else if (Number.isFinite(value)) {
      this.fractions += sign
      this.extend(sign * value)
      // The last fraction is gone, and with it what rounding has left behind.
      if (this.fractions === 0 && !this.carried) this.high = this.low = 0
    } else if (value === Infinity) this.infinities += sign
    else if (value === -Infinity) this.negativeInfinities += sign
    else this.nans += sign
  }

  private extend(value: number): void {
    const sum = this.high + value
    const part = sum - this.high
    this.low += this.high - (sum - part) + (value - part)
    this.high = sum
  }
}
