/** Answers that hold until they are cleared: those who ask for the same at once share one question, and what failed is asked again. */
export class AskedOnce<V> {
  private readonly answers = new Map<string, Promise<V>>()

  get(key: string, ask: () => Promise<V>): Promise<V> {
    let answer = this.answers.get(key)
    if (answer === undefined) {
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
