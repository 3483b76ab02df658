import assert from 'node:assert/strict'
import { Strophe } from 'strophe.js'
import { DeniedError, type RachisError } from '../../../../src/errors.js'
import { XmppAdmin } from '../../../../src/streams/transports/xmpp/admin.js'
import { type NodeConfig, singleton } from '../../../../src/streams/transports/xmpp/node-config.js'
import { NodeRegister } from '../../../../src/streams/transports/xmpp/node-register.js'
import { publishRequest } from '../../../../src/streams/transports/xmpp/pubsub-requests.js'
import { StanzaError } from '../../../../src/streams/transports/xmpp/stanza-error.js'
import { startEjabberd } from '../../../services/ejabberd.js'
import { startProsody } from '../../../services/prosody.js'
import type { XmppServer } from '../../../services/xmpp-server.js'
import { SessionProbe } from './session-probe.js'
import { errorXml, infoXml, StubSession } from './stub-session.js'

;(Strophe as { setLogLevel(level: number): void }).setLogLevel(4)

/** Each field with a value that is not the default of either server. */
const everything: Required<Omit<NodeConfig, 'fields' | 'nodeType' | 'collection' | 'children'>> = {
  title: 'Title',
  description: '<Description> & "more"',
  type: 'urn:test',
  language: 'en',
  contact: ['juliet@localhost'],
  accessModel: 'whitelist',
  rosterGroupsAllowed: ['friends'],
  publishModel: 'open',
  maxItems: 7,
  persistItems: false,
  itemExpire: 3600,
  maxPayloadSize: 1000,
  deliverNotifications: false,
  deliverPayloads: false,
  notificationType: 'normal',
  notifyRetract: false,
  notifyDelete: true,
  notifyConfig: true,
  notifySub: true,
  presenceBasedDelivery: true,
  purgeOffline: false,
  sendLastPublishedItem: 'on_sub',
  subscribe: true,
  itemreply: 'publisher',
}

interface Differences {
  readonly ignored: readonly (keyof typeof everything)[]
  readonly accessModels: readonly NonNullable<NodeConfig['accessModel']>[]
  readonly affiliations: readonly string[]
  /** What these reject with, if they do. */
  readonly unknownField?: RegExp
  readonly badValue: RegExp
  readonly deleteMissing: RegExp
  readonly myAffiliations?: RegExp
  readonly options?: RegExp
  readonly collection?: RegExp
}

const differences: Record<XmppServer['name'], Differences> = {
  prosody: {
    ignored: [
      ...(['language', 'contact', 'rosterGroupsAllowed', 'itemExpire', 'maxPayloadSize', 'notifyConfig', 'notifySub'] as const),
      ...(['presenceBasedDelivery', 'purgeOffline', 'subscribe', 'itemreply'] as const),
    ],
    accessModels: ['open', 'whitelist'],
    affiliations: ['member', 'none', 'outcast', 'owner', 'publisher'],
    badValue: /ValidationError/,
    deleteMissing: /DeniedError/,
    myAffiliations: /MissingError/,
    collection: /MissingError.*no collections/,
  },
  ejabberd: {
    ignored: [],
    accessModels: ['authorize', 'open', 'presence', 'roster', 'whitelist'],
    affiliations: ['member', 'none', 'outcast', 'owner', 'publish-only', 'publisher'],
    unknownField: /LimitError.*Unknown field/,
    badValue: /LimitError.*Bad value/,
    deleteMissing: /MissingError/,
    options: /MissingError.*subscription-options/,
  },
}

for (const start of [startProsody, startEjabberd]) {
  describe(`administration of ${start.name.slice(5)}`, () => {
    let server: XmppServer
    let probes: readonly SessionProbe[] = []
    let juliet: XmppAdmin
    let romeo: XmppAdmin
    let differs: Differences
    let nodes = 0
    const newNode = (): string => `node ${++nodes} & <more>`

    before(async function () {
      server = await start(this)
      differs = differences[server.name]
      probes = await Promise.all(
        ['juliet', 'romeo'].map(async (name) => {
          const { jid, password } = await server.user(name)
          return new SessionProbe({ service: server.wsUrl, jid, password })
        }),
      )
      await Promise.all(probes.map((probe) => probe.state('online')))
      ;[juliet, romeo] = probes.map(({ session }) => new XmppAdmin(session, () => server.pubsub)) as [XmppAdmin, XmppAdmin]
    })
    after(async () => {
      await Promise.all(probes.map(({ session }) => session.close()))
      await (server as XmppServer | undefined)?.stop()
    })
    /** Rejects as told; resolves where nothing is told. */
    const outcome = async (asked: Promise<unknown>, rejection: RegExp | undefined): Promise<void> => {
      await (rejection === undefined ? asked : assert.rejects(asked, rejection))
    }

    it('finds the service', async () => {
      assert.deepEqual(await juliet.services(), [server.pubsub])
    })

    it('knows what the service can', async () => {
      const { publishOptions, itemIds, instantNodes, createAndConfigure, retractItems, persistentItems, rsm, mam, pep, ...more } =
        await juliet.capabilities()
      const every = { publishOptions, itemIds, instantNodes, createAndConfigure, retractItems, persistentItems }
      assert.deepEqual(
        Object.entries(every).filter(([, can]) => !can),
        [],
      )
      assert.deepEqual(
        { rsm, mam, pep, collections: more.collections },
        { rsm: false, mam: false, pep: false, collections: differs.collection === undefined },
      )
    })

    it('creates a node, once', async () => {
      const node = newNode()
      assert.equal(await juliet.create(node), node)
      await assert.rejects(juliet.create(node), (error: RachisError) => {
        return error.name === 'ConflictError' && error.cause instanceof StanzaError && error.cause.condition === 'conflict'
      })
    })

    it('creates a node whose name the server makes', async () => {
      const node = await juliet.create()
      assert.ok((await juliet.nodes()).some((entry) => entry.node === node))
    })

    /** Prosody 13, which knows itemreply, says nothing of a node to whom its whitelist leaves out. */
    const isHiding = async (node: string): Promise<boolean> =>
      server.name === 'prosody' && 'itemreply' in (await juliet.configuration(node))

    it('creates a configured node, and describes it', async () => {
      const node = newNode()
      await juliet.create(node, { title: 'Title', maxItems: 3, accessModel: 'whitelist' })
      const { title, maxItems, accessModel } = await juliet.configuration(node)
      assert.deepEqual([title, maxItems, accessModel], ['Title', 3, 'whitelist'])
      for (const admin of (await isHiding(node)) ? [juliet] : [juliet, romeo]) {
        const { identities, metadata } = await admin.discover(node)
        assert.ok(identities.some(({ category, type }) => category === 'pubsub' && type === 'leaf'))
        assert.deepEqual([metadata.title, metadata.accessModel], ['Title', 'whitelist'])
        assert.deepEqual(
          (await admin.nodes()).filter((entry) => entry.node === node),
          [{ service: server.pubsub, node, name: 'Title' }],
        )
      }
      if (await isHiding(node)) await assert.rejects(romeo.discover(node), DeniedError)
    })

    it('configures all that the server knows, and tells what it does not', async () => {
      const node = newNode()
      await juliet.create(node)
      const offered = await juliet.configuration(node)
      // Prosody knows itemreply from 13 on.
      const unknown = differs.ignored.filter((name) => name !== 'itemreply' || !(name in offered))
      const { config, ignored } = await juliet.configure(node, everything)
      const known = Object.fromEntries(Object.entries(everything).filter(([name]) => !unknown.includes(name as never)))
      assert.deepEqual({ ...config, ...known }, config)
      const wire = (name: string): string => `pubsub#${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`
      assert.deepEqual([...ignored].sort(), unknown.map(wire).sort())
    })

    it('changes what is given, and nothing else', async () => {
      const node = newNode()
      await juliet.create(node, { title: 'Title', maxItems: 5 })
      const { config } = await juliet.configure(node, { maxItems: 'max' })
      assert.deepEqual([config.title, config.maxItems], ['Title', 'max'])
    })

    for (const model of ['authorize', 'open', 'presence', 'roster', 'whitelist'] as const)
      it(`sets the access model ${model}, or is refused`, async () => {
        const node = newNode()
        await juliet.create(node)
        await outcome(juliet.configure(node, { accessModel: model }), differs.accessModels.includes(model) ? undefined : /ValidationError/)
      })

    it('is told of fields and values that a server does not know', async () => {
      const node = newNode()
      await juliet.create(node)
      const unknown = juliet.configure(node, { fields: { 'pubsub#nonsense': 1 } })
      await outcome(unknown, differs.unknownField)
      if (differs.unknownField === undefined) assert.deepEqual((await unknown).ignored, ['pubsub#nonsense'])
      await assert.rejects(juliet.configure(node, { fields: { 'pubsub#access_model': 'nonsense' } }), differs.badValue)
      await assert.rejects(juliet.configure(node, { maxItems: 1e9 }), differs.badValue)
    })

    it('knows the defaults', async () => {
      const { accessModel, publishModel, persistItems } = await juliet.defaults()
      assert.deepEqual([accessModel, publishModel, persistItems], ['open', 'publishers', true])
    })

    it('keeps a singleton', async () => {
      const node = newNode()
      await juliet.create(node, { ...singleton, title: 'One' })
      const { maxItems, persistItems } = await juliet.configuration(node)
      assert.deepEqual([maxItems, persistItems], [1, true])
    })

    it("denies others what is the owner's", async () => {
      const node = newNode()
      await juliet.create(node)
      for (const asked of [
        () => romeo.configuration(node),
        () => romeo.configure(node, { title: 'x' }),
        () => romeo.subscriptions(node),
        () => romeo.affiliations(node),
        () => romeo.setAffiliations(node, [{ jid: 'romeo@localhost', affiliation: 'owner' }]),
        () => romeo.purge(node),
        () => romeo.delete(node),
      ])
        await assert.rejects(asked, /DeniedError/)
    })

    it('purges and deletes', async () => {
      const node = newNode()
      await juliet.create(node)
      await probes[0]!.session.request(publishRequest(server.pubsub, node, 'a', undefined), 'publishing').catch(() => undefined)
      await juliet.purge(node)
      await juliet.delete(node, { redirect: 'xmpp:pubsub.localhost?;node=other' })
      await assert.rejects(juliet.discover(node), /MissingError/)
      await assert.rejects(juliet.delete(node), differs.deleteMissing)
    })

    it('subscribes an account, for itself and for the owner', async () => {
      const node = newNode()
      await juliet.create(node)
      const jid = 'romeo@localhost'
      const subscription = await romeo.subscribe(node)
      assert.deepEqual([subscription.jid, subscription.state], [jid, 'subscribed'])
      const seen = [await romeo.mySubscriptions(), await romeo.mySubscriptions(node), await juliet.subscriptions(node)]
      for (const list of seen) assert.ok(list.some((each) => each.jid === jid && each.state === 'subscribed'))
      await romeo.unsubscribe(node, { jid, ...(subscription.subid !== undefined && { subid: subscription.subid }) })
      assert.deepEqual(await juliet.subscriptions(node), [])
      await assert.rejects(romeo.unsubscribe(node), /MissingError.*not-subscribed/)
    })

    it('sets subscriptions of others', async () => {
      const node = newNode()
      await juliet.create(node)
      const states = async (): Promise<readonly string[]> => (await juliet.subscriptions(node)).map(({ state }) => state)
      await juliet.setSubscriptions(node, [{ jid: 'romeo@localhost', state: 'subscribed' }])
      assert.deepEqual(await states(), ['subscribed'])
      await juliet.setSubscriptions(node, [{ jid: 'romeo@localhost', state: 'none' }])
      assert.deepEqual(await states(), [])
    })

    it('approves a subscription where the access model asks for it', async function () {
      if (!differs.accessModels.includes('authorize')) return
      const node = newNode()
      await juliet.create(node, { accessModel: 'authorize' })
      assert.equal((await romeo.subscribe(node)).state, 'pending')
      await juliet.setSubscriptions(node, [{ jid: 'romeo@localhost', state: 'subscribed' }])
      assert.deepEqual(
        (await romeo.mySubscriptions(node)).map(({ state }) => state),
        ['subscribed'],
      )
    })

    it('sets options of a subscription, and tells what was ignored', async () => {
      const node = newNode()
      await juliet.create(node)
      await romeo.subscribe(node)
      const set = romeo.setSubscriptionOptions(node, { includeBody: true, deliver: false })
      await outcome(set, differs.options)
      await outcome(romeo.subscriptionOptions(node), differs.options)
      if (differs.options === undefined)
        assert.deepEqual(await set, { config: { includeBody: true, fields: {} }, ignored: ['pubsub#deliver'] })
    })

    for (const affiliation of ['member', 'none', 'outcast', 'owner', 'publish-only', 'publisher'] as const)
      it(`makes another ${affiliation}, or is refused`, async () => {
        const node = newNode()
        await juliet.create(node)
        const known = differs.affiliations.includes(affiliation)
        await outcome(juliet.setAffiliations(node, [{ jid: 'romeo@localhost', affiliation }]), known ? undefined : /DeniedError/)
        // Prosody refuses `publish-only`, and keeps it all the same.
        const found = (await juliet.affiliations(node)).find(({ jid }) => jid === 'romeo@localhost')
        assert.equal(found?.affiliation ?? 'none', affiliation)
      })

    it("tells of one's own affiliations, or is refused", async () => {
      const node = newNode()
      await juliet.create(node)
      const mine = juliet.myAffiliations(node)
      await outcome(mine, differs.myAffiliations)
      if (differs.myAffiliations === undefined)
        assert.deepEqual(
          (await mine).map(({ affiliation }) => affiliation),
          ['owner'],
        )
    })

    it('makes collections, or is refused before anything is made', async () => {
      const [collection, node] = [newNode(), newNode()]
      await juliet.create(node)
      await outcome(juliet.create(collection, { nodeType: 'collection' }), differs.collection)
      await outcome(juliet.configure(node, { collection: [collection] }), differs.collection)
      if (differs.collection === undefined) assert.deepEqual((await juliet.configuration(node)).collection, [collection])
      else await assert.rejects(juliet.discover(collection), /MissingError/)
    })

    it("knows what isn't there", async () => {
      await assert.rejects(juliet.discover('nowhere'), /MissingError.*asking what nowhere is/)
      await assert.rejects(juliet.at(`nowhere.${server.domain}`).create('x'), /MissingError|DeniedError/)
    })

    it('creates, configures, finds and deletes nodes of the account', async () => {
      const { pep } = juliet
      const capabilities = await pep.capabilities()
      assert.deepEqual([capabilities.pep, capabilities.publishOptions, capabilities.mam], [true, true, false])
      await pep.create('mood', { accessModel: 'open', ...singleton })
      assert.equal((await pep.configuration('mood')).accessModel, 'open')
      assert.deepEqual((await pep.configure('mood', { accessModel: 'presence' })).ignored, [])
      assert.deepEqual(await pep.nodes(), [{ service: 'juliet@localhost', node: 'mood', name: undefined }])
      await assert.rejects(romeo.at('juliet@localhost').create('mine'), /DeniedError/)
      await pep.delete('mood')
      assert.deepEqual(await pep.nodes(), [])
    })

    it('lists more nodes than fit on a page', async () => {
      const names = Array.from({ length: 120 }, (_, at) => `many ${at}`)
      await Promise.all(names.map((name) => romeo.create(name)))
      const found = new Set((await romeo.nodes()).map(({ node }) => node))
      assert.deepEqual(
        names.filter((name) => !found.has(name)),
        [],
      )
    })

    for (const [where, service] of [
      ['the service', 'pubsub.localhost'],
      ['an account', 'romeo@localhost'],
    ] as const) {
      it(`its register creates what is missing at ${where}, however many ask`, async () => {
        const node = newNode()
        const registers = [new NodeRegister(probes[1]!.session), new NodeRegister(probes[1]!.session)]
        await assert.rejects(registers[0]!.ensure('pubsub.localhost', node, undefined), /MissingError.*has no node/)
        await Promise.all(registers.map((register) => register.ensure(service, node, { maxItems: 2 })))
        assert.equal((await romeo.at(service).configuration(node)).maxItems, 2)
      })
    }

    it('its register knows that a node is there which only others may read', async () => {
      await server.seal('sealed')
      await new NodeRegister(probes[1]!.session).ensure(server.pubsub, 'sealed', undefined)
    })
  })
}

describe('administration of a server that says anything', () => {
  const admin = (answer: (request: string) => string | Error): XmppAdmin => new XmppAdmin(new StubSession(answer), () => 'p')
  const infoOnly = (answer: string) => (request: string) => (request.includes('disco#info') ? infoXml(['pubsub/service']) : answer)

  const nonsense: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['something else', '<x xmlns="urn:x"/>'],
    ['no form', '<pubsub xmlns="http://jabber.org/protocol/pubsub#owner"><configure node="n"/></pubsub>'],
  ]
  for (const [what, answer] of nonsense)
    it(`rejects a configuration that is ${what}`, async () => {
      await assert.rejects(admin(() => answer).configuration('n'), /ProtocolError: p: the configuration of n: the answer has no form/)
    })

  it('rejects an instant node without a name', async () => {
    await assert.rejects(admin(() => '').create(), /ProtocolError/)
  })

  it('takes a name that the server has changed', async () => {
    const created = '<pubsub xmlns="http://jabber.org/protocol/pubsub"><create node="other"/></pubsub>'
    assert.equal(await admin(() => created).create('n'), 'other')
  })

  it("configures after creating where the server can't do both at once", async () => {
    const session = new StubSession(infoOnly(''))
    await new XmppAdmin(session, () => 'p').create('n', { title: 'T' })
    assert.deepEqual(
      session.asked.map((request) => ['disco#info', '<create', '<configure'].filter((part) => request.includes(part))),
      [['disco#info'], ['<create'], ['<configure']],
    )
  })

  it('leaves no node that could not be configured', async () => {
    const refusing = new StubSession((request) => (request.includes('<configure') ? errorXml('not-acceptable') : infoOnly('')(request)))
    const of = new XmppAdmin(refusing, () => 'p')
    await assert.rejects(of.create('n', { accessModel: 'whitelist' }), /LimitError|ValidationError/)
    assert.match(refusing.asked.at(-1)!, /<delete node="n"/)
    const lost = new StubSession((request) => (/<configure|<delete/.test(request) ? new Error('lost') : infoOnly('')(request)))
    await assert.rejects(new XmppAdmin(lost, () => 'p').create('n', { title: 'T' }), /^Error: lost/)
  })

  it('reads lists of nonsense as empty', async () => {
    for (const [, answer] of nonsense) {
      const of = admin(() => answer)
      assert.deepEqual(await Promise.all([of.nodes(), of.subscriptions('n'), of.affiliations('n'), of.mySubscriptions()]), [[], [], [], []])
    }
  })

  it("takes a subscription for made where the server doesn't describe it", async () => {
    assert.equal((await admin(() => '').subscribe('n')).state, 'subscribed')
  })

  it('ends with a server that tells the same page for ever', async () => {
    const set = '<set xmlns="http://jabber.org/protocol/rsm"><first>a</first><last>a</last><count>1000000</count></set>'
    const page = `<query xmlns="http://jabber.org/protocol/disco#items"><item jid="p" node="a"/>${set}</query>`
    const session = new StubSession(() => page)
    assert.equal((await new XmppAdmin(session, () => 'p').nodes()).length, 1)
    assert.equal(session.asked.length, 2)
  })

  it('reads all pages', async () => {
    const pages = [['a', 'b'], ['c', 'd'], ['e']]
    const session = new StubSession(() => {
      const names = pages.shift()!
      const set = `<set xmlns="http://jabber.org/protocol/rsm"><last>${names.at(-1)!}</last><count>5</count></set>`
      return `<query xmlns="http://jabber.org/protocol/disco#items">${names.map((name) => `<item jid="p" node="${name}"/>`).join('')}${set}</query>`
    })
    assert.deepEqual(
      (await new XmppAdmin(session, () => 'p').nodes()).map(({ node }) => node),
      ['a', 'b', 'c', 'd', 'e'],
    )
    assert.equal(session.asked.length, 3)
  })

  it('asks no more than a hundred components what they are', async () => {
    const items = Array.from({ length: 1000 }, (_, at) => `<item jid="c${at}.example.org"/>`).join('')
    const session = new StubSession((request) =>
      request.includes('disco#items') ? `<query xmlns="http://jabber.org/protocol/disco#items">${items}</query>` : errorXml('forbidden'),
    )
    assert.deepEqual(await new XmppAdmin(session, () => 'p').services(), [])
    assert.equal(session.asked.length, 101)
  })

  it('does not take a lost connection for a domain without services', async () => {
    const items = '<query xmlns="http://jabber.org/protocol/disco#items"><item jid="p"/></query>'
    await assert.rejects(admin((request) => (request.includes('disco#items') ? items : new Error('lost'))).services(), /lost/)
  })

  it("sends nothing that can't be right", async () => {
    const session = new StubSession(() => '')
    const of = new XmppAdmin(session, () => 'p')
    await assert.rejects(of.create('n', { maxItems: -1 }), /ArgumentError/)
    await assert.rejects(of.configure('n', { acessModel: 'open' } as NodeConfig), /ArgumentError/)
    await assert.rejects(of.create('n\0'), /ValidationError/)
    await assert.rejects(of.setSubscriptionOptions('n', { digestFrequency: 0.5 }), /ArgumentError/)
    assert.deepEqual(session.asked, [])
  })
})
