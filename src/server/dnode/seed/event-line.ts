import { joinLine } from '../../../streams/transports/dnode/frame.js'
import { Frame } from '../../hub/frame.js'

/** A call by name, or of a callback by its number, encoded once for however many clients get it. */
export class EventLine {
  private line: string | undefined
  private encoded: Frame | undefined
  private readonly args: readonly string[]

  /** `args` are JSON texts. */
  constructor(
    readonly method: string | number,
    ...args: readonly string[]
  ) {
    this.args = args
  }

  get text(): string {
    return (this.line ??= joinLine(this.method, ...this.args))
  }

  get frame(): Frame {
    return (this.encoded ??= Frame.of(this.text))
  }

  /** The same as dnode has it before it is text. */
  get row(): object {
    return { method: this.method, arguments: this.args.map((text) => JSON.parse(text) as unknown) }
  }
}
