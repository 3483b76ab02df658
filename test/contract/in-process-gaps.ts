/** What needs an outage: there is nothing between a transport in process and its hub that could be cut. */
export const inProcessGaps = [
  'the status tells of it',
  'feeds keep their state, then hear only what they missed',
  'an outage in which nothing happens is not heard of',
  'who subscribes while it lasts gets the last known state',
  'writes wait and are carried out once, in order',
  'a write that is refused afterwards rejects and holds up no other',
  'reads reject while it lasts',
  'close gives back the writes that waited',
]
