import assert from 'node:assert/strict'
import fc from 'fast-check'
import { ArgumentError } from '../../../../src/errors.js'
import { configFields, configOf, metadataOf, type NodeConfig, optionFields } from '../../../../src/streams/transports/xmpp/node-config.js'

describe('a node configuration', () => {
  it('is fields of XEP-0060 on the wire', () => {
    const config: NodeConfig = {
      title: 'T',
      accessModel: 'roster',
      maxItems: 'max',
      itemExpire: 60,
      notifyRetract: false,
      rosterGroupsAllowed: ['a', 'b'],
      sendLastPublishedItem: 'on_sub_and_presence',
      fields: { 'pubsub#body_xslt': 'x', other: 1 },
    }
    assert.deepEqual(configFields(config), {
      'pubsub#title': 'T',
      'pubsub#access_model': 'roster',
      'pubsub#max_items': 'max',
      'pubsub#item_expire': 60,
      'pubsub#notify_retract': false,
      'pubsub#roster_groups_allowed': ['a', 'b'],
      'pubsub#send_last_published_item': 'on_sub_and_presence',
      'pubsub#body_xslt': 'x',
      other: 1,
    })
  })

  const refused: readonly (readonly [string, unknown])[] = [
    ['accessModel', 'opn'],
    ['accessModel', ['open']],
    ['maxItems', -1],
    ['maxItems', 1.5],
    ['maxItems', NaN],
    ['maxItems', '7'],
    ['itemExpire', Infinity],
    ['persistItems', 1],
    ['persistItems', 'true'],
    ['title', 7],
    ['title', null],
    ['collection', 'one'],
    ['collection', [1]],
    ['acessModel', 'open'],
    ['constructor', 'x'],
    ['__proto__x', 'x'],
  ]
  for (const [name, value] of refused)
    it(`refuses ${name}: ${JSON.stringify(value)}`, () => {
      assert.throws(() => configFields({ [name]: value }), new RegExp(`ArgumentError.*${name}`))
    })

  it('leaves out what is undefined', () => {
    assert.deepEqual(Object.entries(configFields({ title: undefined } as unknown as NodeConfig)), [['pubsub#title', undefined]])
  })

  const read: readonly (readonly [string, readonly string[], NodeConfig])[] = [
    ['max_items', ['5'], { maxItems: 5 }],
    ['max_items', ['max'], { maxItems: 'max' }],
    ['max_items', ['many'], { fields: { 'pubsub#max_items': ['many'] } }],
    ['max_items', ['99999999999999999999'], { fields: { 'pubsub#max_items': ['99999999999999999999'] } }],
    ['persist_items', ['1'], { persistItems: true }],
    ['persist_items', ['true'], { persistItems: true }],
    ['persist_items', ['false'], { persistItems: false }],
    ['persist_items', ['0'], { persistItems: false }],
    ['persist_items', ['yes'], { fields: { 'pubsub#persist_items': ['yes'] } }],
    ['access_model', ['open'], { accessModel: 'open' }],
    ['access_model', ['secret'], { fields: { 'pubsub#access_model': ['secret'] } }],
    ['title', ['count'], { title: 'count' }],
    ['title', [], {}],
    ['collection', [], { collection: [] }],
    ['nonsense', ['x'], { fields: { 'pubsub#nonsense': ['x'] } }],
  ]
  for (const [name, texts, expected] of read)
    it(`reads ${name} ${JSON.stringify(texts)}`, () => {
      assert.deepEqual(configOf(new Map([[`pubsub#${name}`, texts]])), { fields: {}, ...expected })
    })

  it('is read as it was written', () => {
    const config = fc.record(
      {
        title: fc.string({ minLength: 1 }),
        maxItems: fc.oneof(fc.nat(), fc.constant('max' as const)),
        persistItems: fc.boolean(),
        publishModel: fc.constantFrom('open' as const, 'publishers' as const),
        children: fc.array(fc.string()),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(config, (written: NodeConfig) => {
        const texts = Object.entries(configFields(written)).map(([name, value]): [string, string[]] => [
          name,
          (Array.isArray(value) ? value : [value]).map(String),
        ])
        assert.deepEqual(configOf(new Map(texts)), { ...written, fields: {} })
      }),
    )
  })

  it('never throws for any form', () => {
    const names = fc.oneof(fc.string(), fc.constantFrom('pubsub#title', 'pubsub#creation_date', 'pubsub#owner', 'pubsub#num_subscribers'))
    fc.assert(
      fc.property(fc.array(fc.tuple(names, fc.array(fc.string()))), (entries) => {
        configOf(new Map(entries))
        metadataOf(new Map(entries))
      }),
    )
  })

  it('tells when a node was made', () => {
    const form = new Map([
      ['pubsub#creation_date', ['2026-01-02T03:04:05Z']],
      ['pubsub#num_subscribers', ['3']],
    ])
    assert.deepEqual(metadataOf(form), { creationDate: new Date('2026-01-02T03:04:05Z'), numSubscribers: 3, fields: {} })
  })

  it('knows times of subscription options', () => {
    assert.deepEqual(optionFields({ expire: new Date(0) }), { 'pubsub#expire': '1970-01-01T00:00:00.000Z' })
    assert.throws(() => optionFields({ expire: new Date(NaN) }), ArgumentError)
  })
})
