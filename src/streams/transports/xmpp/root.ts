import { type Cursor, markAt, sortableNumber } from '../../cursor.js'
import { type Commit, commitAt } from '../../event.js'
import { randomId } from '../../internal/random-id.js'

/**
 * The root that a connection's turns belong to. An XMPP server has no positions: they count the turns of this process, and nobody can resume from them but by
 * a difference.
 */
export class XmppRoot {
  private readonly id = `xmpp-${randomId()}`
  private count = 0

  /** The commit of the running turn. */
  commit(): Commit {
    const count = ++this.count
    const cursor = (): Cursor => ({ [this.id]: sortableNumber(count) })
    return commitAt(markAt(this, cursor), 0)
  }
}
