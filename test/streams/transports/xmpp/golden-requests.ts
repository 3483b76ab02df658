import type { Builder } from '../../../../src/streams/transports/xmpp/builder.js'
import { discoInfoRequest, discoItemsRequest } from '../../../../src/streams/transports/xmpp/disco.js'
import { pingRequest } from '../../../../src/streams/transports/xmpp/ping.js'
import {
  authorizationReply,
  configurationRequest,
  configureRequest,
  createRequest,
  defaultConfigurationRequest,
  deleteRequest,
  nodeAffiliationsRequest,
  nodeSubscriptionsRequest,
  purgeRequest,
  setNodeAffiliationsRequest,
  setNodeSubscriptionsRequest,
} from '../../../../src/streams/transports/xmpp/pubsub-owner-requests.js'
import {
  affiliationsRequest,
  defaultOptionsRequest,
  itemsRequest,
  optionsRequest,
  publishRequest,
  retractRequest,
  setOptionsRequest,
  subscribeRequest,
  subscriptionsRequest,
  unsubscribeRequest,
} from '../../../../src/streams/transports/xmpp/pubsub-requests.js'
import { parseXml } from './parse-xml.js'

const to = 'pubsub.example'
const jid = 'romeo@example/orchard'

const iq = (type: 'get' | 'set', content: string): string => `<iq to="pubsub.example" type="${type}" xmlns="jabber:client">${content}</iq>`
const pubsub = (type: 'get' | 'set', content: string): string =>
  iq(type, `<pubsub xmlns="http://jabber.org/protocol/pubsub">${content}</pubsub>`)
const owner = (type: 'get' | 'set', content: string): string =>
  iq(type, `<pubsub xmlns="http://jabber.org/protocol/pubsub#owner">${content}</pubsub>`)
const rsm = (content: string): string => `<set xmlns="http://jabber.org/protocol/rsm">${content}</set>`
const form = (name: string, fields: string): string =>
  `<x type="submit" xmlns="jabber:x:data"><field type="hidden" var="FORM_TYPE"><value>http://jabber.org/protocol/pubsub#${name}</value></field>${fields}</x>`
const field = (name: string, ...values: readonly string[]): string =>
  `<field var="${name}">${values.map((value) => `<value>${value}</value>`).join('')}</field>`

const payload = (): Element => parseXml('<entry xmlns="http://www.w3.org/2005/Atom"><title>Ad &amp; hoc</title></entry>')
const payloadXml = '<entry xmlns="http://www.w3.org/2005/Atom"><title>Ad &amp; hoc</title></entry>'

/** Every request, as it goes out but for its id; each built from the schema of the section that is named. */
export const goldenRequests: readonly (readonly [claim: string, build: () => Builder, xml: string])[] = [
  ['items: all (XEP-0060 §6.5.2)', () => itemsRequest(to, 'news'), pubsub('get', '<items node="news"/>')],
  ['items: the newest (§6.5.7)', () => itemsRequest(to, 'news', { max: 2 }), pubsub('get', '<items max_items="2" node="news"/>')],
  [
    'items: by id (§6.5.8)',
    () => itemsRequest(to, 'news', { ids: ['1', 'a"b'] }),
    pubsub('get', '<items node="news"><item id="1"/><item id="a&quot;b"/></items>'),
  ],
  [
    'items: of a subscription (§6.5.9.2)',
    () => itemsRequest(to, 'news', { subid: 's1' }),
    pubsub('get', '<items node="news" subid="s1"/>'),
  ],
  [
    'items: a page (§6.5.4, XEP-0059 §2.1)',
    () => itemsRequest(to, 'news', { rsm: { max: 10, after: '<7>' } }),
    pubsub('get', `<items node="news"/>${rsm('<max>10</max><after>&lt;7&gt;</after>')}`),
  ],
  [
    'items: the last page (XEP-0059 §2.5)',
    () => itemsRequest(to, 'news', { rsm: { max: 10, before: '' } }),
    pubsub('get', `<items node="news"/>${rsm('<max>10</max><before/>')}`),
  ],
  [
    'items: a page by index (XEP-0059 §2.6)',
    () => itemsRequest(to, 'news', { rsm: { max: 10, index: 371 } }),
    pubsub('get', `<items node="news"/>${rsm('<max>10</max><index>371</index>')}`),
  ],
  [
    "items: of one's own account (PEP, XEP-0163)",
    () => itemsRequest(undefined, 'urn:xmpp:bookmarks:1'),
    '<iq type="get" xmlns="jabber:client"><pubsub xmlns="http://jabber.org/protocol/pubsub"><items node="urn:xmpp:bookmarks:1"/></pubsub></iq>',
  ],
  [
    'publish (§7.1.1)',
    () => publishRequest(to, 'news', 'i1', payload()),
    pubsub('set', `<publish node="news"><item id="i1">${payloadXml}</item></publish>`),
  ],
  [
    'publish: the id is up to the service (§7.1.2)',
    () => publishRequest(to, 'news', undefined, payload()),
    pubsub('set', `<publish node="news"><item>${payloadXml}</item></publish>`),
  ],
  [
    'publish: without payload (§7.1.1)',
    () => publishRequest(to, 'news', 'current', undefined),
    pubsub('set', '<publish node="news"><item id="current"/></publish>'),
  ],
  [
    'publish: with options (§7.1.5)',
    () => publishRequest(to, 'news', 'i1', payload(), { 'pubsub#access_model': 'open', 'pubsub#persist_items': true }),
    pubsub(
      'set',
      `<publish node="news"><item id="i1">${payloadXml}</item></publish>` +
        `<publish-options>${form('publish-options', field('pubsub#access_model', 'open') + field('pubsub#persist_items', '1'))}</publish-options>`,
    ),
  ],
  [
    'retract (§7.2.1)',
    () => retractRequest(to, 'news', 'i1', true),
    pubsub('set', '<retract node="news" notify="true"><item id="i1"/></retract>'),
  ],
  [
    'retract: silent (§7.2.2.1)',
    () => retractRequest(to, 'news', 'i1', false),
    pubsub('set', '<retract node="news" notify="false"><item id="i1"/></retract>'),
  ],
  ['subscribe (§6.1.1)', () => subscribeRequest(to, 'news', jid), pubsub('set', `<subscribe jid="${jid}" node="news"/>`)],
  [
    'subscribe: with options (§6.3.7)',
    () => subscribeRequest(to, 'news', jid, { 'pubsub#deliver': true, 'pubsub#show-values': ['chat', 'online'] }),
    pubsub(
      'set',
      `<subscribe jid="${jid}" node="news"/><options>` +
        `${form('subscribe_options', field('pubsub#deliver', '1') + field('pubsub#show-values', 'chat', 'online'))}</options>`,
    ),
  ],
  ['unsubscribe (§6.2.1)', () => unsubscribeRequest(to, 'news', jid), pubsub('set', `<unsubscribe jid="${jid}" node="news"/>`)],
  [
    'unsubscribe: one of several (§6.2.3.1)',
    () => unsubscribeRequest(to, 'news', jid, 's1'),
    pubsub('set', `<unsubscribe jid="${jid}" node="news" subid="s1"/>`),
  ],
  ['subscriptions: at a service (§5.6)', () => subscriptionsRequest(to), pubsub('get', '<subscriptions/>')],
  ['subscriptions: at a node (§5.6)', () => subscriptionsRequest(to, 'news'), pubsub('get', '<subscriptions node="news"/>')],
  ['affiliations: at a service (§5.7)', () => affiliationsRequest(to), pubsub('get', '<affiliations/>')],
  ['affiliations: at a node (§5.7)', () => affiliationsRequest(to, 'news'), pubsub('get', '<affiliations node="news"/>')],
  ['options (§6.3.2)', () => optionsRequest(to, 'news', jid), pubsub('get', `<options jid="${jid}" node="news"/>`)],
  [
    'options: of one of several subscriptions (§6.3.4.2)',
    () => optionsRequest(to, 'news', jid, 's1'),
    pubsub('get', `<options jid="${jid}" node="news" subid="s1"/>`),
  ],
  [
    'options: set (§6.3.5)',
    () => setOptionsRequest(to, 'news', jid, { 'pubsub#deliver': false, 'pubsub#digest_frequency': 60_000 }, 's1'),
    pubsub(
      'set',
      `<options jid="${jid}" node="news" subid="s1">` +
        `${form('subscribe_options', field('pubsub#deliver', '0') + field('pubsub#digest_frequency', '60000'))}</options>`,
    ),
  ],
  ['options: default, of a service (§6.4.1)', () => defaultOptionsRequest(to), pubsub('get', '<default/>')],
  ['options: default, of a node (§6.4.1)', () => defaultOptionsRequest(to, 'news'), pubsub('get', '<default node="news"/>')],
  ['create (§8.1.2)', () => createRequest(to, 'news'), pubsub('set', '<create node="news"/>')],
  ['create: an instant node (§8.1.2)', () => createRequest(to), pubsub('set', '<create/>')],
  [
    'create: configured (§8.1.3)',
    () => createRequest(to, 'news', { 'pubsub#title': 'N & M', 'pubsub#max_items': 'max', 'pubsub#description': undefined }),
    pubsub(
      'set',
      `<create node="news"/><configure>${form('node_config', field('pubsub#title', 'N &amp; M') + field('pubsub#max_items', 'max'))}</configure>`,
    ),
  ],
  [
    'create: a collection with nodes (XEP-0248 §7.1)',
    () => createRequest(to, 'all', { 'pubsub#node_type': 'collection', 'pubsub#children': ['news', 'weather'] }),
    pubsub(
      'set',
      '<create node="all"/><configure>' +
        `${form('node_config', field('pubsub#node_type', 'collection') + field('pubsub#children', 'news', 'weather'))}</configure>`,
    ),
  ],
  ['configuration (§8.2.1)', () => configurationRequest(to, 'news'), owner('get', '<configure node="news"/>')],
  [
    'configure (§8.2.4)',
    () => configureRequest(to, 'news', { 'pubsub#access_model': 'whitelist', 'pubsub#roster_groups_allowed': [] }),
    owner(
      'set',
      `<configure node="news">${form('node_config', field('pubsub#access_model', 'whitelist') + '<field var="pubsub#roster_groups_allowed"/>')}</configure>`,
    ),
  ],
  [
    'configure: into a collection (XEP-0248 §8.1)',
    () => configureRequest(to, 'news', { 'pubsub#collection': 'all' }),
    owner('set', `<configure node="news">${form('node_config', field('pubsub#collection', 'all'))}</configure>`),
  ],
  ['configuration: default (§8.3.1)', () => defaultConfigurationRequest(to), owner('get', '<default/>')],
  ['delete (§8.4.1)', () => deleteRequest(to, 'news'), owner('set', '<delete node="news"/>')],
  [
    'delete: with a redirect (§8.4.1)',
    () => deleteRequest(to, 'news', 'xmpp:pubsub.example?;node=blog'),
    owner('set', '<delete node="news"><redirect uri="xmpp:pubsub.example?;node=blog"/></delete>'),
  ],
  ['purge (§8.5.1)', () => purgeRequest(to, 'news'), owner('set', '<purge node="news"/>')],
  ['subscriptions of a node (§8.8.1)', () => nodeSubscriptionsRequest(to, 'news'), owner('get', '<subscriptions node="news"/>')],
  [
    'subscriptions of a node: set (§8.8.2)',
    () =>
      setNodeSubscriptionsRequest(to, 'news', [
        { jid: 'a@example', state: 'subscribed' },
        { jid: 'b@example', state: 'none', subid: 's1' },
      ]),
    owner(
      'set',
      '<subscriptions node="news"><subscription jid="a@example" subscription="subscribed"/>' +
        '<subscription jid="b@example" subid="s1" subscription="none"/></subscriptions>',
    ),
  ],
  ['affiliations of a node (§8.9.1)', () => nodeAffiliationsRequest(to, 'news'), owner('get', '<affiliations node="news"/>')],
  [
    'affiliations of a node: set (§8.9.2)',
    () =>
      setNodeAffiliationsRequest(to, 'news', [
        { jid: 'a@example', affiliation: 'publisher' },
        { jid: 'b@example', affiliation: 'none' },
      ]),
    owner(
      'set',
      '<affiliations node="news"><affiliation affiliation="publisher" jid="a@example"/><affiliation affiliation="none" jid="b@example"/></affiliations>',
    ),
  ],
  [
    'authorization: granted (§8.6)',
    () => authorizationReply(to, { node: 'news', jid: 'a@example', id: 'm1' }, true),
    '<message id="m1" to="pubsub.example" xmlns="jabber:client">' +
      form(
        'subscribe_authorization',
        field('pubsub#node', 'news') + field('pubsub#subscriber_jid', 'a@example') + field('pubsub#allow', '1'),
      ) +
      '</message>',
  ],
  ['disco#info (XEP-0030 §3.1)', () => discoInfoRequest(to), iq('get', '<query xmlns="http://jabber.org/protocol/disco#info"/>')],
  [
    'disco#info: of a node (XEP-0060 §5.3)',
    () => discoInfoRequest(to, 'news'),
    iq('get', '<query node="news" xmlns="http://jabber.org/protocol/disco#info"/>'),
  ],
  ['disco#items (XEP-0030 §4.1)', () => discoItemsRequest(to), iq('get', '<query xmlns="http://jabber.org/protocol/disco#items"/>')],
  [
    'disco#items: a page of the items of a node (XEP-0060 §5.5, XEP-0059 §3)',
    () => discoItemsRequest(to, 'news', { max: 50 }),
    iq('get', `<query node="news" xmlns="http://jabber.org/protocol/disco#items">${rsm('<max>50</max>')}</query>`),
  ],
  [
    'ping (XEP-0199 §4.1)',
    () => pingRequest('example'),
    '<iq to="example" type="get" xmlns="jabber:client"><ping xmlns="urn:xmpp:ping"/></iq>',
  ],
  [
    "ping: one's own server (XEP-0199 §4.2)",
    () => pingRequest(),
    '<iq type="get" xmlns="jabber:client"><ping xmlns="urn:xmpp:ping"/></iq>',
  ],
]
