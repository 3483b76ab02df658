import Backbone from 'backbone'
import type { Transport } from 'rachis'
import { bind } from 'rachis/backbone'
import { make } from '../../shared/element.js'
import { NativeView } from '../../shared/native-view.js'
import type { Person } from '../server/person.js'

/** How many are shown as circles. */
const most = 5

/** Who has this page open: the presence channel of the server. */
export class PeopleView extends NativeView<undefined> {
  follow(transport: Transport, me: Person): void {
    const people = new Backbone.Collection<Backbone.Model<Person>>([], { comparator: 'since' })
    bind(transport.node<Person>('people').feed(), people, {
      committed: () => {
        this.show(people, me)
      },
    })
  }

  /** Where nobody tells who else is here. */
  alone(me: Person): void {
    const others = make('span', 'who unknown', '?')
    others.setAttribute('aria-hidden', 'true')
    this.el.title = 'XMPP publish-subscribe doesn’t tell who else has this page open.'
    this.el.replaceChildren(others, circleOf(me, true), make('span', 'number', 'others unseen'))
  }

  private show(people: Backbone.Collection<Backbone.Model<Person>>, me: Person): void {
    const circles = people.last(most).map((model) => {
      const { initials, name, hue } = model.attributes
      return circleOf(model.attributes as Person, initials === me.initials && name === me.name && hue === me.hue)
    })
    this.el.replaceChildren(...circles, make('span', 'number', people.length === 1 ? 'only you' : `${people.length} here`))
  }
}

function circleOf({ initials, name, hue }: Person, isMe: boolean): HTMLElement {
  const circle = make('span', `who${isMe ? ' me' : ''}`, initials)
  circle.title = `${name}${isMe ? ' (you)' : ''}`
  circle.style.setProperty('--hue', String(hue))
  circle.setAttribute('aria-hidden', 'true')
  return circle
}
