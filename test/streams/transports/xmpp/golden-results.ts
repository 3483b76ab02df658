const result = (content: string): string =>
  `<iq xmlns="jabber:client" type="result" id="1" from="pubsub.example" to="me@example/a">${content}</iq>`
const pubsub = (content: string, part = ''): string =>
  result(`<pubsub xmlns="http://jabber.org/protocol/pubsub${part}">${content}</pubsub>`)

/** Results as servers send them, by what they answer. */
export const goldenResults = {
  items: pubsub(
    '<items node="news"><item id="i1"><entry xmlns="http://www.w3.org/2005/Atom">{"a":1}</entry></item><item id="i2" publisher="a@example/b"/></items>',
  ),
  page: pubsub(
    '<items node="news"><item id="i1"><a xmlns="urn:x">1</a></item></items>' +
      '<set xmlns="http://jabber.org/protocol/rsm"><first index="5">c1</first><last>c2</last><count>19</count></set>',
  ),
  noItems: pubsub('<items node="news"/>'),
  published: pubsub('<publish node="news"><item id="given"/></publish>'),
  created: pubsub('<create node="25e3d37dabbab9541f7523321421edc5bfeb2dae"/>'),
  subscribed: pubsub('<subscription node="news" jid="me@example" subid="s1" subscription="subscribed"/>'),
  unconfigured: pubsub(
    '<subscription node="news" jid="me@example" subscription="unconfigured"><subscribe-options><required/></subscribe-options></subscription>',
  ),
  subscriptions: pubsub(
    '<subscriptions><subscription node="a" jid="me@example" subscription="subscribed"/><subscription node="b" jid="me@example" subscription="pending" subid="s2"/></subscriptions>',
  ),
  nodeSubscriptions: pubsub(
    '<subscriptions node="news"><subscription jid="a@example" subscription="subscribed"/></subscriptions>',
    '#owner',
  ),
  affiliations: pubsub(
    '<affiliations><affiliation node="a" affiliation="owner"/><affiliation node="b" affiliation="publish-only"/></affiliations>',
  ),
  nodeAffiliations: pubsub('<affiliations node="news"><affiliation jid="a@example" affiliation="outcast"/></affiliations>', '#owner'),
  configuration: pubsub(
    '<configure node="news"><x xmlns="jabber:x:data" type="form"><field var="FORM_TYPE" type="hidden"><value>http://jabber.org/protocol/pubsub#node_config</value></field>' +
      '<field var="pubsub#title" type="text-single" label="Name"><value>News</value></field>' +
      '<field var="pubsub#access_model" type="list-single"><option label="Open"><value>open</value></option><value>open</value></field></x></configure>',
    '#owner',
  ),
  defaultConfiguration: pubsub(
    '<default><x xmlns="jabber:x:data" type="form"><field var="pubsub#title"><value/></field></x></default>',
    '#owner',
  ),
  options: pubsub(
    '<options node="news" jid="me@example"><x xmlns="jabber:x:data" type="form"><field var="pubsub#show-values"><value>chat</value><value>away</value></field></x></options>',
  ),
  info: result(
    '<query xmlns="http://jabber.org/protocol/disco#info" node="news"><identity category="pubsub" type="leaf" name="News" xml:lang="en"/>' +
      '<feature var="http://jabber.org/protocol/pubsub"/><feature var="http://jabber.org/protocol/pubsub#publish"/>' +
      '<x xmlns="jabber:x:data" type="result"><field var="pubsub#title"><value>News</value></field></x></query>',
  ),
  discoItems: result(
    '<query xmlns="http://jabber.org/protocol/disco#items"><item jid="pubsub.example" node="news" name="News"/><item jid="muc.example"/>' +
      '<set xmlns="http://jabber.org/protocol/rsm"><count>2</count></set></query>',
  ),
  empty: result(''),
} as const

const error = (type: string, content: string): string =>
  `<iq xmlns="jabber:client" type="error" id="1" from="pubsub.example"><error type="${type}">${content}</error></iq>`
const condition = (name: string): string => `<${name} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/>`
const application = (name: string): string => `<${name} xmlns="http://jabber.org/protocol/pubsub#errors"/>`

/** Errors as servers send them; the code of the error that a caller gets. */
export const goldenErrors: readonly (readonly [xml: string, code: string, condition: string, application?: string])[] = [
  [error('auth', condition('forbidden')), 'denied', 'forbidden'],
  [
    error('auth', condition('not-authorized') + application('presence-subscription-required')),
    'denied',
    'not-authorized',
    'presence-subscription-required',
  ],
  [error('auth', application('not-in-roster-group') + condition('not-authorized')), 'denied', 'not-authorized', 'not-in-roster-group'],
  [error('cancel', condition('not-allowed') + application('closed-node')), 'denied', 'not-allowed', 'closed-node'],
  [error('auth', condition('not-authorized') + application('pending-subscription')), 'denied', 'not-authorized', 'pending-subscription'],
  [error('auth', condition('payment-required')), 'denied', 'payment-required'],
  [error('auth', condition('registration-required')), 'denied', 'registration-required'],
  [error('auth', condition('subscription-required')), 'denied', 'subscription-required'],
  [error('cancel', condition('item-not-found')), 'not-found', 'item-not-found'],
  [error('cancel', '<gone xmlns="urn:ietf:params:xml:ns:xmpp-stanzas">xmpp:b@example</gone>'), 'not-found', 'gone'],
  [error('cancel', condition('service-unavailable')), 'not-found', 'service-unavailable'],
  [error('cancel', condition('remote-server-not-found')), 'not-found', 'remote-server-not-found'],
  [
    error(
      'cancel',
      `${condition('feature-not-implemented')}<unsupported xmlns="http://jabber.org/protocol/pubsub#errors" feature="persistent-items"/>`,
    ),
    'not-found',
    'feature-not-implemented',
    'unsupported',
  ],
  [error('cancel', condition('unexpected-request') + application('not-subscribed')), 'not-found', 'unexpected-request', 'not-subscribed'],
  [error('wait', condition('service-unavailable')), 'connection', 'service-unavailable'],
  [error('wait', condition('remote-server-timeout')), 'connection', 'remote-server-timeout'],
  [error('cancel', condition('remote-server-timeout')), 'connection', 'remote-server-timeout'],
  [error('wait', condition('recipient-unavailable')), 'connection', 'recipient-unavailable'],
  [error('cancel', condition('internal-server-error')), 'connection', 'internal-server-error'],
  [error('wait', condition('undefined-condition')), 'connection', 'undefined-condition'],
  [error('cancel', condition('conflict')), 'conflict', 'conflict'],
  [error('cancel', application('precondition-not-met') + condition('conflict')), 'conflict', 'conflict', 'precondition-not-met'],
  [error('modify', condition('bad-request') + application('invalid-payload')), 'validation', 'bad-request', 'invalid-payload'],
  [error('modify', condition('bad-request') + application('payload-required')), 'validation', 'bad-request', 'payload-required'],
  [error('modify', condition('not-acceptable')), 'validation', 'not-acceptable'],
  [error('modify', condition('not-acceptable') + application('payload-too-big')), 'limit', 'not-acceptable', 'payload-too-big'],
  [error('cancel', condition('not-allowed') + application('max-items-exceeded')), 'limit', 'not-allowed', 'max-items-exceeded'],
  [error('wait', condition('policy-violation')), 'limit', 'policy-violation'],
  [error('wait', condition('resource-constraint')), 'limit', 'resource-constraint'],
  [error('cancel', condition('redirect')), 'redirect', 'redirect'],
  [error('cancel', ''), 'undefined-condition', 'undefined-condition'],
  ['<iq xmlns="jabber:client" type="error"/>', 'undefined-condition', 'undefined-condition'],
  ['<message xmlns="jabber:client"><body>x</body></message>', 'undefined-condition', 'undefined-condition'],
]
