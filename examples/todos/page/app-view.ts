import { aggregate, countOf, where } from 'rachis'
import { toFeed } from 'rachis/backbone'
import { byId, make } from '../../shared/element.js'
import { domEvents, NativeView } from '../../shared/native-view.js'
import { ListView } from './list-view.js'
import { trackPending } from './pending.js'
import { type openTodos, reasonOf, type Route, type Todo } from './todos.js'

const nothing: Readonly<Record<Route, readonly [string, string]>> = {
  all: ['Nothing to do', 'Write the first todo above; everybody who has this page open will see it.'],
  active: ['All done', 'There is nothing left.'],
  completed: ['Nothing done yet', 'What is ticked off collects here.'],
}

/** The page: the field, the list of the present route, the counts and what acts on all. */
export class AppView extends NativeView<undefined> {
  declare private todos: ReturnType<typeof openTodos>
  declare private list: ListView
  declare private route: Route
  declare private ready: boolean
  declare private counts: { all: number; active: number }

  override preinitialize(): void {
    this.events = domEvents({
      'submit #entry': (event) => {
        event.preventDefault()
        this.create(byId<HTMLInputElement>('new').value)
      },
      'input #new': () => this.refuse(undefined),
      'click #toggle-all': () => {
        const done = this.counts.active > 0
        for (const model of [...this.todos.all.models]) if (model.get('done') !== done) model.save({ done }, { patch: true })
      },
      'click #clear': () => {
        for (const model of [...this.todos.completed.models]) model.destroy()
        byId('new').focus()
      },
    })
  }

  /** Begins to show the todos. */
  start(todos: ReturnType<typeof openTodos>): void {
    this.todos = todos
    this.ready = false
    this.counts = { all: 0, active: 0 }
    this.list = new ListView({ el: byId('list') })
    trackPending(todos.all)
    const todos$ = toFeed<Todo>(todos.all)
    todos$.pipe(aggregate(countOf())).subscribe((all) => this.count({ all }))
    todos$.pipe(where({ done: false }), aggregate(countOf())).subscribe((active) => this.count({ active }))
    this.listenToOnce(todos.all, 'sync', () => {
      this.ready = true
      this.count({})
    })
    this.listenTo(todos.all, 'error', (subject: unknown, error: unknown) => {
      if (subject === todos.all) this.fail(error)
    })
    this.listenTo(todos.all, 'homeless', (title: string, reason: string) => this.refuse({ title, reason }))
    todos.all.live()
  }

  /** Shows the todos of a route. */
  show(route: Route): void {
    this.route = route
    for (const link of this.el.querySelectorAll<HTMLElement>('[data-route]')) {
      if (link.dataset['route'] === route) link.setAttribute('aria-current', 'page')
      else link.removeAttribute('aria-current')
    }
    this.list.show(this.todos[route])
    this.count({})
  }

  private create(text: string): void {
    const title = text.trim()
    if (title === '') return
    byId<HTMLInputElement>('new').value = ''
    const error = (_model: unknown, error: unknown): void => this.refuse({ title, reason: reasonOf(error) })
    this.todos.all.create({ title, done: false, written: Date.now() }, { error: error as never })
  }

  /** Gives back what the server has refused: into the field, or if something else has been typed there by now, to be taken back. */
  private refuse(refused: { readonly title: string; readonly reason: string } | undefined): void {
    const box = byId('refusal')
    const field = byId<HTMLInputElement>('new')
    box.hidden = refused === undefined
    field.toggleAttribute('aria-invalid', refused !== undefined)
    if (refused === undefined) return
    const { title, reason } = refused
    box.replaceChildren(reason)
    if (field.value === '') {
      field.value = title
      field.focus()
      return
    }
    const back = make('button', '', `Take back “${title.length > 40 ? `${title.slice(0, 40)}…` : title}”`)
    back.type = 'button'
    back.addEventListener('click', () => {
      field.value = title
      field.focus()
      box.replaceChildren(reason)
    })
    box.append(back)
  }

  private count(news: { readonly all?: number; readonly active?: number }): void {
    const { all, active } = Object.assign(this.counts, news)
    const numbers: Readonly<Record<Route, number>> = { all, active, completed: all - active }
    for (const element of this.el.querySelectorAll<HTMLElement>('[data-count]')) {
      element.textContent = String(numbers[element.dataset['count'] as Route])
    }
    const toggle = byId('toggle-all')
    toggle.hidden = all === 0
    toggle.setAttribute('aria-pressed', String(all > 0 && active === 0))
    byId('foot').hidden = byId('hint').hidden = all === 0
    byId('clear').hidden = all === active
    byId('left').textContent = all === 0 ? '' : active === 0 ? 'all done' : `${active} left`
    if (this.ready) this.showBlank(numbers[this.route] === 0 ? nothing[this.route] : undefined)
  }

  private showBlank(text: readonly [string, string] | undefined): void {
    const blank = byId('blank')
    blank.hidden = text === undefined
    if (text !== undefined) blank.replaceChildren(make('strong', '', text[0]), text[1])
  }

  private fail(error: unknown): void {
    const again = make('button', 'again', 'Try again')
    again.type = 'button'
    again.addEventListener('click', () => {
      location.reload()
    })
    byId('blank').hidden = false
    byId('blank').replaceChildren(make('strong', '', 'The todos can’t be shown'), `${reasonOf(error)} `, again)
  }
}
