import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { requireProgram } from './program.js'
import { controlXmppServer, startXmppServer, type XmppServer, type XmppServerOptions, type XmppServerSettings } from './xmpp-server.js'

/** Starts Prosody; skips the tests where it is missing. Stop it in an `after` hook. */
export function startProsody(context: Context, options: XmppServerOptions = {}): Promise<XmppServer> {
  const command = requireProgram(context, 'prosody')
  return startXmppServer(
    {
      name: 'prosody',
      wsPath: '/xmpp-websocket',
      boshPath: '/http-bind',
      prepare: (settings) => {
        const { folder } = settings
        const config = join(folder, 'prosody.cfg.lua')
        mkdirSync(join(folder, 'data'))
        writeFileSync(config, configuration(settings))
        return { command, args: ['--config', config, '-F'], cwd: folder, ready: /all modules are loaded/ }
      },
      register: async (server, name, password) => {
        await controlXmppServer(server, 'control/register', new URLSearchParams({ name, password }))
      },
      kick: async (server, name, resource) => {
        await controlXmppServer(server, 'control/kick', new URLSearchParams({ name, resource }))
      },
      fill: async (server, _session, node, items) => {
        const list = `<items xmlns='http://jabber.org/protocol/pubsub'>${items.join('')}</items>`
        const form = new URLSearchParams({ node, items: list, publisher: server.operator.jid })
        await controlXmppServer(server, 'control/fill', form)
      },
      flush: () => Promise.resolve(),
    },
    options,
  )
}

function configuration({ folder, port, domain, operator, resumeSeconds, pubsub, maxItems }: XmppServerSettings): string {
  const modules = ['roster', 'saslauth', 'disco', 'ping', 'presence', 'message', 'iq', 'smacks', 'mam', 'websocket', 'bosh', 'test_control']
  if (pubsub) modules.push('pep')
  return `
run_as_root = ${process.getuid?.() === 0}
data_path = "${folder}/data"
pidfile = "${folder}/prosody.pid"
plugin_paths = { "${import.meta.dirname}/prosody-modules" }
log = { info = "*console" }
storage = "internal"
storage_archive_item_limit = ${maxItems}
authentication = "internal_hashed"
admins = { "${operator}" }
modules_enabled = { ${modules.map((name) => `"${name}"`).join('; ')} }
modules_disabled = { "s2s" }
c2s_ports = {}
c2s_direct_tls_ports = {}
https_ports = {}
http_ports = { ${port} }
http_interfaces = { "127.0.0.1" }
http_default_host = "${domain}"
http_max_content_size = 100 * 1024 * 1024
c2s_stanza_size_limit = 10 * 1024 * 1024
c2s_require_encryption = false
allow_unencrypted_plain_auth = true
consider_websocket_secure = true
consider_bosh_secure = true
smacks_hibernation_time = ${resumeSeconds}

VirtualHost "${domain}"
${pubsub ? pubsubComponent(domain, maxItems) : ''}`
}

function pubsubComponent(domain: string, maxItems: number): string {
  return `
Component "pubsub.${domain}" "pubsub"
modules_enabled = { "open_creation" }
pubsub_max_items = ${maxItems}
expose_publisher = true
`
}
