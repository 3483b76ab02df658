import events = require('./events.cjs')

/** dnode wants of a stream only that it is an emitter: nothing is piped here. */
export = events.EventEmitter
