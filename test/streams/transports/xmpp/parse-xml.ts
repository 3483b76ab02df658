import 'strophe.js'

/** The root of a document, as strophe's transports parse what a server sends: with xmldom, wrapped so that it never throws. */
export function parseXml(text: string): Element {
  return new DOMParser().parseFromString(text, 'text/xml').documentElement
}
