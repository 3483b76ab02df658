/** A message with `content` from a service. */
export function message(content: string, attributes = ''): string {
  return `<message xmlns="jabber:client" from="pubsub.example" to="me@example" ${attributes}>${content}</message>`
}

/** A message with an event. */
export function event(content: string, beside = ''): string {
  return message(`<event xmlns="http://jabber.org/protocol/pubsub#event">${content}</event>${beside}`)
}

const entry = '<entry xmlns="http://www.w3.org/2005/Atom">{"a":1}</entry>'
const delay = '<delay xmlns="urn:xmpp:delay" stamp="2003-12-13T23:58:37Z"/>'
const field = (name: string, value: string): string => `<field var="${name}"><value>${value}</value></field>`
const form = (type: string, name: string, fields = ''): string =>
  `<x xmlns="jabber:x:data" type="${type}">${field('FORM_TYPE', `http://jabber.org/protocol/pubsub#${name}`)}${fields}</x>`

/** Every kind of event, as services send it, and the news in it: payloads as their text, `undefined` left out. */
export const goldenEvents: readonly (readonly [claim: string, xml: string, news: readonly object[]])[] = [
  [
    'an item (XEP-0060 §7.1.2.1)',
    event(`<items node="news"><item id="i1">${entry}</item></items>`),
    [{ type: 'items', node: 'news', published: [{ id: 'i1', payload: '{"a":1}' }], retracted: [] }],
  ],
  [
    'an item without payload (§7.1.2.2)',
    event('<items node="news"><item id="i1"/></items>'),
    [{ type: 'items', node: 'news', published: [{ id: 'i1' }], retracted: [] }],
  ],
  [
    'several items, and who published them (§7.1.2.3)',
    event(`<items node="news"><item id="i1" publisher="a@example">${entry}</item><item id="i2"/></items>`),
    [
      {
        type: 'items',
        node: 'news',
        published: [{ id: 'i1', payload: '{"a":1}', publisher: 'a@example' }, { id: 'i2' }],
        retracted: [],
      },
    ],
  ],
  [
    'an item that was kept, the last one or one missed (§6.1.7)',
    event(`<items node="news"><item id="i1">${entry}</item></items>`, delay),
    [
      {
        type: 'items',
        node: 'news',
        published: [{ id: 'i1', payload: '{"a":1}' }],
        retracted: [],
        delay: new Date('2003-12-13T23:58:37Z'),
      },
    ],
  ],
  [
    'the subscriptions and the collection through which it came (§12.13, XEP-0248 §5.2)',
    event(
      '<items node="news"><item id="i1"/></items>',
      '<headers xmlns="http://jabber.org/protocol/shim"><header name="SubID">s1</header><header name="SubID">s2</header>' +
        '<header name="Collection">all</header><header name="Urgency">high</header></headers>',
    ),
    [{ type: 'items', node: 'news', published: [{ id: 'i1' }], retracted: [], subids: ['s1', 's2'], collections: ['all'] }],
  ],
  [
    'retracts (§7.2.2.1)',
    event('<items node="news"><retract id="i1"/><retract id="i2"/></items>'),
    [{ type: 'items', node: 'news', published: [], retracted: ['i1', 'i2'] }],
  ],
  [
    'joined ids, as ejabberd sends them, as they are',
    event('<items node="news"><retract id="i4i2"/></items>'),
    [{ type: 'items', node: 'news', published: [], retracted: ['i4i2'] }],
  ],
  ['a purge (§8.5.2)', event('<purge node="news"/>'), [{ type: 'purge', node: 'news' }]],
  ['a deletion (§8.4.2)', event('<delete node="news"/>'), [{ type: 'delete', node: 'news' }]],
  [
    'a deletion with a redirect (§8.4.2)',
    event('<delete node="news"><redirect uri="xmpp:pubsub.example?;node=blog"/></delete>'),
    [{ type: 'delete', node: 'news', redirect: 'xmpp:pubsub.example?;node=blog' }],
  ],
  ['a configuration, told without it (§8.2.5.3)', event('<configuration node="news"/>'), [{ type: 'configuration', node: 'news' }]],
  [
    'a configuration (§8.2.5.3)',
    event(`<configuration node="news">${form('result', 'node_config', field('pubsub#title', 'News'))}</configuration>`),
    [
      {
        type: 'configuration',
        node: 'news',
        form: [
          ['FORM_TYPE', ['http://jabber.org/protocol/pubsub#node_config']],
          ['pubsub#title', ['News']],
        ],
      },
    ],
  ],
  [
    'a subscription (§8.6, §12.19)',
    event('<subscription node="news" jid="me@example" subscription="subscribed" subid="s1"/>'),
    [{ type: 'subscription', node: 'news', jid: 'me@example', state: 'subscribed', subid: 's1' }],
  ],
  [
    'a subscription that was refused or ended (§8.6, §12.19)',
    event('<subscription node="news" jid="me@example" subscription="none"/>'),
    [{ type: 'subscription', node: 'news', jid: 'me@example', state: 'none' }],
  ],
  [
    'a subscription, in the namespace of requests',
    message(
      '<pubsub xmlns="http://jabber.org/protocol/pubsub"><subscription node="news" jid="me@example" subscription="pending"/></pubsub>',
    ),
    [{ type: 'subscription', node: 'news', jid: 'me@example', state: 'pending' }],
  ],
  [
    'affiliations (§8.9.4)',
    message(
      '<pubsub xmlns="http://jabber.org/protocol/pubsub"><affiliations node="news"><affiliation jid="me@example" affiliation="none"/></affiliations></pubsub>',
    ),
    [{ type: 'affiliation', node: 'news', jid: 'me@example', affiliation: 'none' }],
  ],
  [
    'a node that came to a collection (XEP-0248 §5.3)',
    event('<collection node="all"><associate node="news"/></collection>'),
    [{ type: 'collection', node: 'all', associated: ['news'], disassociated: [] }],
  ],
  [
    'a node that left a collection (XEP-0248 §5.3)',
    event('<collection node="all"><disassociate node="news"/></collection>'),
    [{ type: 'collection', node: 'all', associated: [], disassociated: ['news'] }],
  ],
  [
    'someone who asks to be let in (§8.6)',
    message(
      form(
        'form',
        'subscribe_authorization',
        field('pubsub#subid', '123') +
          field('pubsub#node', 'news') +
          field('pubsub#subscriber_jid', 'a@example') +
          field('pubsub#allow', 'false'),
      ),
      'id="m1"',
    ),
    [{ type: 'authorization', node: 'news', jid: 'a@example', subid: '123', id: 'm1' }],
  ],
]

const deep = (levels: number): string => `${'<a>'.repeat(levels)}x${'</a>'.repeat(levels)}`

/** What isn't as it should be; nothing of it is lost but what can't be read. */
export const badEvents: readonly (readonly [claim: string, xml: string, news: readonly object[]])[] = [
  ['a message about something else', message('<body>hello</body>'), []],
  [
    "an error, which may hold one's own words",
    message('<event xmlns="http://jabber.org/protocol/pubsub#event"><purge node="news"/></event>', 'type="error"'),
    [],
  ],
  [
    'another stanza',
    '<presence xmlns="jabber:client"><event xmlns="http://jabber.org/protocol/pubsub#event"><purge node="n"/></event></presence>',
    [],
  ],
  ['an event in no namespace', message('<event><purge node="news"/></event>'), []],
  ['an event in the namespace of requests', message('<event xmlns="http://jabber.org/protocol/pubsub"><purge node="news"/></event>'), []],
  [
    'an event in an event',
    event(event('<purge node="news"/>')),
    [{ type: 'unreadable', reason: 'is an unexpected <message> of jabber:client' }],
  ],
  ['an event without content', event(''), []],
  ['items that are none', event('<items node="news"/>'), []],
  [
    'what no version of the specification knows',
    event('<create node="news"/><purge node="news"/>'),
    [
      { type: 'unreadable', node: 'news', reason: 'is an unexpected <create> of http://jabber.org/protocol/pubsub#event' },
      { type: 'purge', node: 'news' },
    ],
  ],
  ['a missing node', event('<items><item id="i1"/></items>'), [{ type: 'unreadable', reason: 'names no node' }]],
  ['an empty node', event('<purge node=""/>'), [{ type: 'unreadable', reason: 'names no node' }]],
  [
    'items without an id among others',
    event(`<items node="news"><item>${entry}</item><item id="i1"/><item id=""/></items>`),
    [
      { type: 'unreadable', node: 'news', reason: 'has no id' },
      { type: 'unreadable', node: 'news', reason: 'has no id' },
      { type: 'items', node: 'news', published: [{ id: 'i1' }], retracted: [] },
    ],
  ],
  ['a retract without an id', event('<items node="news"><retract/></items>'), [{ type: 'unreadable', node: 'news', reason: 'has no id' }]],
  [
    'an item in another namespace',
    event('<items node="news"><item xmlns="urn:x" id="i1"/></items>'),
    [{ type: 'unreadable', node: 'news', id: 'i1', reason: 'is an unexpected <item> of urn:x' }],
  ],
  [
    'items and retracts mixed, in their order',
    event('<items node="news"><item id="i1"/><retract id="i1"/><item id="i1"/></items>'),
    [
      { type: 'items', node: 'news', published: [{ id: 'i1' }], retracted: [] },
      { type: 'items', node: 'news', published: [], retracted: ['i1'] },
      { type: 'items', node: 'news', published: [{ id: 'i1' }], retracted: [] },
    ],
  ],
  [
    'a payload that is nested too deep for any stack',
    event(`<items node="news"><item id="i1">${deep(101)}</item><item id="i2">${deep(100)}</item></items>`),
    [
      { type: 'unreadable', node: 'news', id: 'i1', reason: 'is nested deeper than 100 levels' },
      { type: 'items', node: 'news', published: [{ id: 'i2', payload: 'x' }], retracted: [] },
    ],
  ],
  [
    'a payload with a sibling',
    event('<items node="news"><item id="i1"><a>1</a><b>2</b></item></items>'),
    [{ type: 'items', node: 'news', published: [{ id: 'i1', payload: '1' }], retracted: [] }],
  ],
  [
    'text instead of a payload',
    event('<items node="news"><item id="i1">text</item></items>'),
    [{ type: 'items', node: 'news', published: [{ id: 'i1' }], retracted: [] }],
  ],
  [
    'a subscription of nobody',
    event('<subscription node="news" subscription="none"/>'),
    [{ type: 'unreadable', node: 'news', reason: 'is no subscription' }],
  ],
  [
    'a subscription in an unknown state',
    event('<subscription node="news" jid="me@example" subscription="__proto__"/>'),
    [{ type: 'unreadable', node: 'news', reason: 'is no subscription' }],
  ],
  [
    'a delay that is no time',
    event('<purge node="news"/>', '<delay xmlns="urn:xmpp:delay" stamp="soon"/>'),
    [{ type: 'purge', node: 'news' }],
  ],
  ['a form about something else', message(form('form', 'node_config')), []],
  [
    'an entity, which stays what it is',
    event('<items node="news"><item id="i1"><a>&amp;lt;</a></item></items>'),
    [{ type: 'items', node: 'news', published: [{ id: 'i1', payload: '&lt;' }], retracted: [] }],
  ],
]
