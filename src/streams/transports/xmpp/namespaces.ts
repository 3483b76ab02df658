/** The namespaces that are spoken here, by the number or name of their specification. */
export const ns = {
  stream: 'http://etherx.jabber.org/streams',
  stanzas: 'urn:ietf:params:xml:ns:xmpp-stanzas',
  pubsub: 'http://jabber.org/protocol/pubsub',
  owner: 'http://jabber.org/protocol/pubsub#owner',
  event: 'http://jabber.org/protocol/pubsub#event',
  dataForm: 'jabber:x:data',
  rsm: 'http://jabber.org/protocol/rsm',
  discoInfo: 'http://jabber.org/protocol/disco#info',
  discoItems: 'http://jabber.org/protocol/disco#items',
  caps: 'http://jabber.org/protocol/caps',
  shim: 'http://jabber.org/protocol/shim',
  delay: 'urn:xmpp:delay',
  ping: 'urn:xmpp:ping',
  json: 'urn:xmpp:json:0',
  atom: 'http://www.w3.org/2005/Atom',
} as const

/** `FORM_TYPE`s of XEP-0060. */
export const formTypes = {
  nodeConfig: `${ns.pubsub}#node_config`,
  metadata: `${ns.pubsub}#meta-data`,
  publishOptions: `${ns.pubsub}#publish-options`,
  subscribeOptions: `${ns.pubsub}#subscribe_options`,
  authorization: `${ns.pubsub}#subscribe_authorization`,
} as const
