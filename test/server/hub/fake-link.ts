import type { Frame } from '../../../src/server/hub/frame.js'
import type { Link } from '../../../src/server/hub/outlet.js'

/** The end of a connection as a list of lines; `stuck` makes its network take nothing. */
export class FakeLink implements Link {
  readonly lines: { readonly method: string; readonly arguments: readonly any[] }[] = []
  buffered = 0
  stuck = false
  closed = false
  private drained: (() => void)[] = []

  send(frame: Frame): void {
    if (this.stuck) this.buffered += frame.lines.length
    for (const line of frame.lines.toString().split('\n')) if (line !== '') this.lines.push(JSON.parse(line))
  }

  onDrain(listener: () => void): void {
    this.drained.push(listener)
  }

  /** The network takes everything. */
  drain(): void {
    this.stuck = false
    this.buffered = 0
    for (const listener of this.drained.splice(0)) listener()
  }

  close(): void {
    this.closed = true
  }

  destroy(): void {
    this.closed = true
  }

  /** The lines since the last call, each as its method and arguments. */
  heard(): [string, ...any[]][] {
    return this.lines.splice(0).map((line) => [line.method, ...line.arguments])
  }
}
