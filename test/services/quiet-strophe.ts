import { Strophe } from 'strophe.js'

/** strophe.js writes every step to the console unless it is told not to; import this for its effect. */
const { setLogLevel } = Strophe as { readonly setLogLevel: (level: number) => void }
const fatal = 4
setLogLevel(fatal)
