import { make } from '../../shared/element.js'
import { domEvents, NativeView } from '../../shared/native-view.js'
import { isPending } from './pending.js'
import { reasonOf, type TodoModel } from './todos.js'

/** What a refused write is called back with: Backbone's options, and what was typed. */
interface Refused {
  readonly typed?: { readonly title?: string }
}

/** One todo: shown, edited, waiting, or refused. */
export class TodoView extends NativeView<TodoModel> {
  declare private toggle: HTMLInputElement
  declare private title: HTMLButtonElement
  declare private field: HTMLInputElement | undefined

  override preinitialize(): void {
    this.tagName = 'li'
    this.className = 'todo'
    this.events = domEvents({
      'change .toggle': () => {
        this.model.save({ done: this.toggle.checked }, { patch: true })
      },
      'click .destroy': () => this.destroy(),
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
    this.title.setAttribute('aria-describedby', 'hint')
    const destroy = make('button', 'destroy', '×')
    destroy.type = 'button'
    this.el.append(this.toggle, this.title, destroy, make('div', 'waiting', 'Waiting to be sent'))
    this.listenTo(this.model, 'change pending', () => {
      this.render()
    })
    this.render()
  }

  override render(): this {
    const { title, done } = this.model.attributes
    this.toggle.checked = done === true
    this.title.textContent = String(title)
    this.toggle.setAttribute('aria-label', `Done: ${String(title)}`)
    this.el.querySelector('.destroy')!.setAttribute('aria-label', `Delete: ${String(title)}`)
    this.el.classList.toggle('done', done === true)
    this.el.classList.toggle('pending', isPending(this.model))
    return this
  }

  /** A moment of colour: somebody else has written this. */
  arrive(): void {
    this.el.classList.add('arrived')
  }

  focus(): void {
    this.title.focus()
  }

  /** Opens the field, with what stands there or with what the server has refused and why. */
  edit(text = String(this.model.get('title')), reason?: string): void {
    if (this.field === undefined) {
      this.field = make('input', 'edit')
      this.field.setAttribute('aria-label', 'Edit todo')
      this.el.classList.add('editing')
      this.title.after(this.field)
    }
    this.field.value = text
    this.field.focus()
    this.el.querySelector('.refusal')?.remove()
    if (reason === undefined) return
    const refusal = make('div', 'refusal', reason)
    refusal.setAttribute('role', 'alert')
    this.field.after(refusal)
  }

  private onTitleKey(event: KeyboardEvent): void {
    if (event.key !== 'Enter' && event.key !== 'F2') return
    event.preventDefault()
    this.edit()
  }

  private onFieldKey(event: KeyboardEvent): void {
    if (event.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return
    this.finish(event.key === 'Enter')
    this.focus()
  }

  private finish(keep: boolean): void {
    const { field } = this
    if (field === undefined) return
    this.field = undefined
    this.el.classList.remove('editing')
    this.el.querySelector('.refusal')?.remove()
    field.remove()
    const title = field.value.trim()
    if (!keep || title === this.model.get('title')) return
    const error = (_model: unknown, error: unknown, options: Refused): void => {
      if (this.el.isConnected) this.edit(options.typed?.title ?? title, reasonOf(error))
      else this.model.trigger('homeless', title, reasonOf(error))
    }
    this.model.save({ title }, { patch: true, error: error as never })
  }

  private destroy(): void {
    const next = (this.el.nextElementSibling ?? this.el.previousElementSibling)?.querySelector<HTMLElement>('.title')
    this.model.destroy()
    ;(next ?? document.getElementById('new'))?.focus()
  }
}
