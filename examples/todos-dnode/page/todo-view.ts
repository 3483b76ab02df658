import { make } from '../../shared/element.js'
import { domEvents, NativeView } from '../../shared/native-view.js'
import { reasonOf, type Todo } from './todos.js'

/** One todo: shown, ticked off, edited, or refused. */
export class TodoView extends NativeView<Todo> {
  declare private toggle: HTMLInputElement
  declare private title: HTMLButtonElement
  declare private field: HTMLInputElement | undefined

  override preinitialize(): void {
    this.tagName = 'li'
    this.className = 'todo'
    this.events = domEvents({
      'change .toggle': () => this.save({ done: this.toggle.checked }),
      'click .destroy': () => {
        this.model.destroy({ wait: true, error: this.refused() })
      },
      'dblclick .title': () => this.edit(),
      'keydown .title': (event) => this.onTitleKey(event as KeyboardEvent),
      'keydown .edit': (event) => this.onFieldKey(event as KeyboardEvent),
      'focusout .edit': () => this.finish(true),
    })
  }

  override initialize(): void {
    this.toggle = make('input', 'toggle')
    this.toggle.type = 'checkbox'
    this.title = make('button', 'title')
    this.title.type = 'button'
    const destroy = make('button', 'destroy', '×')
    destroy.type = 'button'
    this.el.append(this.toggle, this.title, destroy)
    this.listenTo(this.model, 'change', () => this.render())
    this.listenTo(this.model, 'remove', () => this.remove())
    this.render()
  }

  override render(): this {
    const { title = '', done = false } = this.model.attributes
    this.toggle.checked = done
    this.title.textContent = title
    this.toggle.setAttribute('aria-label', `Done: ${title}`)
    this.el.querySelector('.destroy')!.setAttribute('aria-label', `Delete: ${title}`)
    this.el.classList.toggle('done', done)
    return this
  }

  /** A moment of colour: somebody else has written this. */
  arrive(): void {
    this.el.classList.add('arrived')
  }

  private save(attributes: { readonly title?: string; readonly done?: boolean }): void {
    this.refuse(undefined)
    const failed = this.refused(attributes.title)
    this.el.classList.add('saving')
    const end = (): void => this.el.classList.remove('saving')
    this.model.save(attributes, {
      patch: true,
      wait: true,
      finished: end,
      error: (...args: readonly unknown[]) => {
        end()
        failed(...args)
      },
    })
  }

  /** What happens when the server says no: everything is as it was, and what was typed can be mended. */
  private refused(typed?: string): (...args: readonly unknown[]) => void {
    return (_model, error) => {
      // Without a connection it comes in the middle of `save`, which then puts everything back.
      queueMicrotask(() => this.render())
      if (!this.el.isConnected) return
      if (typed !== undefined) this.edit(typed)
      this.refuse(reasonOf(error))
    }
  }

  private refuse(reason: string | undefined): void {
    this.el.querySelector('.refusal')?.remove()
    if (reason === undefined) return
    const refusal = make('div', 'refusal', reason)
    refusal.setAttribute('role', 'alert')
    this.el.append(refusal)
  }

  private edit(text = this.model.get('title') as string): void {
    if (this.field === undefined) {
      this.field = make('input', 'edit')
      this.field.setAttribute('aria-label', 'Edit todo')
      this.el.classList.add('editing')
      this.title.after(this.field)
    }
    this.field.value = text
    this.field.focus()
  }

  private onTitleKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' && event.key !== 'F2') return
    event.preventDefault()
    this.edit()
  }

  private onFieldKey(event: KeyboardEvent): void {
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return
    this.finish(event.key === 'Enter')
    this.title.focus()
  }

  private finish(keep: boolean): void {
    const { field } = this
    if (field === undefined) return
    this.field = undefined
    this.el.classList.remove('editing')
    this.refuse(undefined)
    field.remove()
    const title = field.value.trim()
    if (keep && title !== this.model.get('title')) this.save({ title })
  }
}
