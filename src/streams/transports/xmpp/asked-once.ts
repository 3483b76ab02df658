import type { XmppSession } from './session.js'

/** Answers that hold until they are cleared: those who ask for the same at once share one question, and what failed is asked again. */
export class AskedOnce<V> {
  private readonly answers = new Map<string, Promise<V>>()

  get(key: string, ask: () => Promise<V>): Promise<V> {
    let answer = this.answers.get(key)
    if (!answer) {
      answer = ask()
      this.answers.set(key, answer)
      answer.catch(() => {
        if (this.answers.get(key) === answer) this.answers.delete(key)
      })
    }
    return answer
  }

  forget(key: string): void {
    this.answers.delete(key)
  }

  clear(): void {
    this.answers.clear()
  }
}

/** The same until there is another connection: it may be to another server. */
export class AskedOnceAConnection<V> extends AskedOnce<V> {
  private connection: unknown

  constructor(private readonly session: XmppSession) {
    super()
  }

  override get(key: string, ask: () => Promise<V>): Promise<V> {
    const { value } = this.session.status
    if (this.connection !== value) this.clear()
    this.connection = value
    return super.get(key, ask)
  }
}
