export { atom } from './atom-codec.js'
export type { XmppCodec } from './codec.js'
export { rawElement, type XmlElement } from './element-codec.js'
export { jsonContainer, jsonEntry } from './json-codecs.js'
