/** @module rachis/server */
export { Hub, type ChannelOptions, type HubOptions, type ModelChannel, type Peer } from './hub/hub.js'
export type { ConnectionLimits, Identity } from './hub/connection.js'
export type { AllowList, ChannelRules, RuleLimits, Verdict } from './hub/rules.js'
export { listenDnode, type DnodeListener, type ListenLimits, type ListenOptions } from './dnode/listen.js'
export { modelFeed, type ModelFeedOptions } from './mongoose/feed.js'
export type { ServeConfig, ServeContext } from './cli/config.js'
