/** Notices within `silence` milliseconds that the other side is gone: after half of it without a sign of life it pings, and waits for the other half. */
export class Keepalive {
  private heardAt = Date.now()
  /** When the ping was sent that nothing was heard since. */
  private pingedAt: number | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly half: number

  constructor(
    silence: number,
    private readonly ping: () => void,
    private readonly dead: () => void,
  ) {
    this.half = silence / 2
    this.wait(this.half)
  }

  heard(): void {
    this.heardAt = Date.now()
    this.pingedAt = undefined
  }

  stop(): void {
    clearTimeout(this.timer)
  }

  // A page in the background has its timers called late: who is late still pings first, and waits.
  private readonly look = (): void => {
    const left = (this.pingedAt ?? this.heardAt) + this.half - Date.now()
    if (left > 0) this.wait(left)
    else if (this.pingedAt === undefined) {
      this.pingedAt = Date.now()
      this.wait(this.half)
      this.ping()
    } else this.dead()
  }

  private wait(delay: number): void {
    this.timer = setTimeout(this.look, Math.min(delay, 2 ** 31 - 1))
  }
}
