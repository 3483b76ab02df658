import { make } from '../../shared/element.js'
import type { Loading } from '../server/set-up.js'

const numbers = new Intl.NumberFormat('en')

/** What lies over the rows when there is something to say instead. */
export class Cover {
  private progress: { readonly bar: HTMLProgressElement; readonly numbers: HTMLElement } | undefined

  constructor(private readonly element: HTMLElement) {}

  hide(): void {
    this.progress = undefined
    this.element.hidden = true
    this.element.replaceChildren()
  }

  /** The first start: how far it is. */
  loading({ done, total, perSecond }: Loading): void {
    if (this.progress === undefined) {
      const bar = make('progress')
      bar.setAttribute('aria-label', 'Cities loaded')
      const text = make('span', 'numbers')
      this.progress = { bar, numbers: text }
      this.show(make('strong', '', 'Loading the cities'), 'This happens once; they then stay in the store.', bar, text)
    }
    const { bar, numbers: text } = this.progress
    bar.max = Math.max(total, 1)
    bar.value = done
    text.textContent =
      total === 0 ? 'Reading …' : `${numbers.format(done)} of ${numbers.format(total)} · ${numbers.format(perSecond)} a second`
  }

  empty(reset: () => void): void {
    this.show(
      make('strong', '', 'No such city'),
      'No name begins like this there. Accents and capitals don’t matter.',
      button('Show all cities', reset),
    )
  }

  failed(message: string, retry: () => void): void {
    this.show(make('strong', '', 'That didn’t work'), message, button('Try again', retry))
  }

  private show(...content: (Node | string)[]): void {
    this.element.replaceChildren(make('div', 'state', ...content))
    this.element.hidden = false
  }
}

function button(text: string, action: () => void): HTMLElement {
  const element = make('button', '', text)
  element.type = 'button'
  element.addEventListener('click', action)
  return make('div', '', element)
}
