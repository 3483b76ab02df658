import { byId, make } from '../../shared/element.js'
import { domEvents, NativeView } from '../../shared/native-view.js'
import { TodoView } from './todo-view.js'
import { reasonOf, type Todo, todos, unconnected } from './todos.js'

/** The page: the field, the list, how much is left and what acts on all. */
export class AppView extends NativeView<undefined> {
  declare private isFetched: boolean
  private readonly views = new Map<string, TodoView>()

  override preinitialize(): void {
    this.events = domEvents({
      'submit #entry': (event) => {
        event.preventDefault()
        this.create(byId<HTMLInputElement>('new').value.trim())
      },
      'input #new': () => this.refuse(undefined),
      'click #toggle-all': () => {
        const done = todos.some((todo) => !todo.get('done'))
        const error = this.failed()
        for (const todo of todos.where({ done: !done })) todo.save({ done }, { patch: true, wait: true, error })
      },
      'click #clear': () => {
        const error = this.failed()
        for (const todo of todos.where({ done: true })) todo.destroy({ wait: true, error })
        byId('new').focus()
      },
    })
  }

  override initialize(): void {
    this.isFetched = false
    this.listenTo(todos, 'add', (todo: Todo) => this.addOne(todo))
    this.listenTo(todos, 'sort', () => this.arrange())
    this.listenTo(todos, 'add remove change reset', () => this.render())
  }

  /** Reads the list; called when there is a connection, and again by who is asked to. */
  fetch(): void {
    todos.fetch({
      sorting: { sort: [['created', 1]], limit: 1000 },
      finished: () => {
        this.isFetched = true
        this.render()
      },
      error: ((_todos: unknown, error: unknown) => this.fail(error)) as never,
    })
  }

  /** The connection is back. */
  reconnect(): void {
    if (byId('refusal').textContent === unconnected) this.refuse(undefined)
  }

  override render(): this {
    const left = todos.where({ done: false }).length
    const { length } = todos
    const toggle = byId('toggle-all')
    toggle.hidden = length === 0
    toggle.setAttribute('aria-pressed', String(length > 0 && left === 0))
    byId('left').textContent = length === 0 ? '' : left === 0 ? 'all done' : `${left} left`
    byId('hint').hidden = length === 0
    byId('clear').hidden = left === length
    if (!this.isFetched) return this
    byId('foot').hidden = false
    byId('blank').hidden = length > 0
    byId('blank').replaceChildren(
      make('strong', '', 'Nothing to do'),
      'Write the first todo above; everybody who has this page open will see it, whichever server theirs is from.',
    )
    return this
  }

  private create(title: string): void {
    if (title === '') return
    const field = byId<HTMLInputElement>('new')
    field.value = ''
    const failed = this.failed()
    const error = (...args: readonly unknown[]): void => {
      failed(...args)
      if (field.value === '') field.value = title
    }
    todos.create({ title, done: false, created: Date.now() }, { wait: true, error })
  }

  private addOne(todo: Todo): void {
    const view = new TodoView({ model: todo })
    byId('list').insertBefore(view.el, byId('list').children[todos.indexOf(todo)] ?? null)
    if (this.isFetched) view.arrive()
    this.views.set(todo.cid, view)
    this.listenToOnce(todo, 'remove', () => this.views.delete(todo.cid))
  }

  /** Touches only what is out of place. */
  private arrange(): void {
    todos.models.forEach((todo, index) => {
      const view = this.views.get(todo.cid)
      const there = byId('list').children[index]
      if (view !== undefined && view.el !== there) byId('list').insertBefore(view.el, there ?? null)
    })
  }

  private failed(): (...args: readonly unknown[]) => void {
    return (_model, error) => this.refuse(reasonOf(error))
  }

  private refuse(reason: string | undefined): void {
    byId('refusal').hidden = reason === undefined
    byId('refusal').textContent = reason ?? ''
    byId('new').toggleAttribute('aria-invalid', reason !== undefined)
  }

  private fail(error: unknown): void {
    if (this.isFetched) return
    const again = make('button', 'again', 'Try again')
    again.type = 'button'
    again.addEventListener('click', () => this.fetch())
    byId('blank').hidden = false
    byId('blank').replaceChildren(make('strong', '', 'The todos can’t be shown'), `${reasonOf(error)} `, again)
  }
}
