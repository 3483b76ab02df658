import { byId } from '../../shared/element.js'
import { domEvents, NativeView } from '../../shared/native-view.js'
import type { XmppSettings } from '../server/xmpp.js'
import type { Account } from './account.js'

const fields = ['service', 'jid-field', 'password']

/** The form in which somebody says as whom to sign in to which XMPP server. */
export class SignInView extends NativeView<undefined> {
  declare private answer: ((account: Account) => void) | undefined
  declare private pubsub: string | undefined

  override preinitialize(): void {
    this.events = domEvents({
      submit: (event) => {
        event.preventDefault()
        this.submit()
      },
      input: () => {
        this.tell(undefined)
      },
    })
  }

  /** Shows the form and resolves with what was filled in. `fault` says what was wrong with what was filled in before. */
  ask(known: Partial<XmppSettings>, fault?: string): Promise<Account> {
    this.fill(known)
    this.tell(fault)
    this.busy(false)
    document.body.classList.add('signing-in')
    const empty = fields.map((id) => byId<HTMLInputElement>(id)).find(({ value }) => value === '')
    ;(fault === undefined ? empty : byId('password'))?.focus()
    return new Promise((answer) => {
      this.answer = answer
    })
  }

  /** What is known of the server fills fields that are still empty. */
  fill(known: Partial<XmppSettings>): void {
    this.pubsub = known.pubsub ?? this.pubsub
    for (const [id, value = ''] of [
      ['service', known.service],
      ['jid-field', known.jid],
    ] as const) {
      const field = byId<HTMLInputElement>(id)
      if (field.value === '') field.value = value
    }
  }

  /** Somebody is in. */
  done(): void {
    document.body.classList.remove('signing-in')
    byId<HTMLInputElement>('password').value = ''
  }

  private submit(): void {
    const [service, jid, password] = fields.map((id) => byId<HTMLInputElement>(id).value) as [string, string, string]
    this.busy(true)
    this.answer?.({ service: service.trim(), jid: jid.trim(), password, ...(this.pubsub !== undefined && { pubsub: this.pubsub }) })
  }

  private busy(isBusy: boolean): void {
    const button = byId<HTMLButtonElement>('enter')
    button.disabled = isBusy
    button.textContent = isBusy ? 'Signing in …' : 'Sign in'
  }

  private tell(fault: string | undefined): void {
    const box = byId('sign-in-fault')
    box.hidden = fault === undefined
    box.textContent = fault ?? ''
  }
}
