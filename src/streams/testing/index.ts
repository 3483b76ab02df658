export { checkLaws, type LawOptions } from './check-laws.js'
export { type FeedContext, feedMarbles, type FeedMarbles, marble } from './marbles.js'
export { checkOracle, type Expected } from './oracle.js'
