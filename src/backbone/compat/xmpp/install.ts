import Backbone from 'backbone'
import { Strophe } from 'strophe.js'
import { PubSub } from './pub-sub.js'
import { xmppSync } from './xmpp-sync.js'

/** Where `install` puts what: any copy of Backbone, and of strophe. */
export interface InstallTargets {
  readonly backbone?: object
  readonly strophe?: { addConnectionPlugin(name: string, plugin: object): void }
}

/**
 * Gives `xmppSync` to a Backbone, and `PubSub` to all connections that a strophe makes from then on. Loading this entry does both for the `backbone` and the
 * `strophe.js` that are imported; call it for others.
 *
 * ```ts
 * install({ backbone: window.Backbone, strophe: window.Strophe })
 * ```
 */
export function install({ backbone, strophe }: InstallTargets): void {
  if (backbone !== undefined) Object.assign(backbone, { xmppSync })
  strophe?.addConnectionPlugin('PubSub', PubSub.prototype)
}

// As scripts of its kind have always done.
install({ backbone: Backbone, strophe: Strophe as InstallTargets['strophe'] & object })

declare module 'backbone' {
  /** See `xmppSync` of `rachis/compat-xmpp`. */
  // A module that is augmented can't name what its file imports.
  // eslint-disable-next-line @typescript-eslint/consistent-type-imports
  const xmppSync: typeof import('./xmpp-sync.js').xmppSync
}
