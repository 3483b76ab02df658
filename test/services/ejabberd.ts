import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Context } from 'mocha'
import { requireProgram } from './program.js'
import { controlXmppServer, startXmppServer, type XmppServer, type XmppServerOptions, type XmppServerSettings } from './xmpp-server.js'

/** Starts ejabberd; skips the tests where it is missing. Stop it in an `after` hook. */
export function startEjabberd(context: Context, options: XmppServerOptions = {}): Promise<XmppServer> {
  const libraries = librariesOf(requireProgram(context, 'ejabberdctl'))
  const command = requireProgram(context, 'erl')
  return startXmppServer(
    {
      name: 'ejabberd',
      wsPath: '/ws',
      boshPath: '/bosh',
      prepare: (settings) => {
        const { folder } = settings
        const paths = preparePaths(folder)
        writeFileSync(paths.EJABBERD_CONFIG_PATH, configuration(settings))
        const env = { ...process.env, ...paths, ...(libraries === undefined ? {} : { ERL_LIBS: libraries }) }
        return { command, args: argumentsFor(folder), cwd: folder, env, ready: /Start accepting TCP connections at 127.0.0.1/ }
      },
      register: async (server, user, password) => {
        await controlXmppServer(server, 'api/register', JSON.stringify({ user, host: server.domain, password }))
      },
      kick: async (server, user, resource) => {
        const host = server.domain
        const resources = await controlXmppServer(server, 'api/user_resources', JSON.stringify({ user, host }))
        if (!(JSON.parse(resources) as string[]).includes(resource)) throw new Error(`ejabberd has no session ${user}@${host}/${resource}.`)
        await controlXmppServer(server, 'api/kick_session', JSON.stringify({ user, host, resource, reason: 'kicked' }))
      },
      fill: async (server, session, node, items) => {
        const publish = (item: string): string =>
          `<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='${node}'>${item}</publish></pubsub>`
        // Many at a time, and fewer than a session may have waiting.
        for (let at = 0; at < items.length; at += 50) {
          await Promise.all(items.slice(at, at + 50).map((item) => session.iq('set', server.pubsub, publish(item))))
        }
      },
      flush: async (server) => {
        await controlXmppServer(server, 'control/flush', '{}')
      },
    },
    options,
  )
}

/** Where its libraries are stands in the script that starts the system's ejabberd. */
function librariesOf(ejabberdctl: string): string | undefined {
  return /^ERL_LIBS='?([^'\n]+)/m.exec(readFileSync(ejabberdctl, 'utf8'))?.[1]
}

function preparePaths(folder: string): Record<`${'EJABBERD' | 'ERL'}_${string}` | 'HOME', string> & { EJABBERD_CONFIG_PATH: string } {
  mkdirSync(join(folder, 'mnesia'))
  return {
    HOME: folder,
    EJABBERD_CONFIG_PATH: join(folder, 'ejabberd.yml'),
    EJABBERD_LOG_PATH: join(folder, 'ejabberd.log'),
    EJABBERD_PID_PATH: join(folder, 'ejabberd.pid'),
    ERL_CRASH_DUMP: join(folder, 'crash.dump'),
  }
}

function argumentsFor(folder: string): readonly string[] {
  const control = JSON.stringify(join(import.meta.dirname, 'ejabberd-modules/test_control'))
  return [
    // Idle schedulers don't spin: the machine is shared.
    ...['+sbwt', 'none', '+sbwtdcpu', 'none', '+sbwtdio', 'none'],
    // Not distributed: it needs neither a name nor epmd, which would outlive it.
    ...['-start_epmd', 'false', '-noinput', '-pa', folder],
    ...['-mnesia', 'dir', JSON.stringify(join(folder, 'mnesia'))],
    ...[
      '-eval',
      `code:ensure_loaded(test_control) =:= {module, test_control} orelse ({ok, _} = compile:file(${control}, [{outdir, ${JSON.stringify(folder)}}])).`,
    ],
    ...['-s', 'ejabberd'],
  ]
}

function configuration({ port, domain, operator, resumeSeconds, pubsub, maxItems }: XmppServerSettings): string {
  return `
hosts: ["${domain}"]
loglevel: info
listen:
  -
    port: ${port}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /ws: ejabberd_http_ws
      /bosh: mod_bosh
      /api: mod_http_api
      /control: test_control
acl:
  operator:
    user: "${operator}"
access_rules:
  configure:
    allow: operator
api_permissions:
  tests:
    who:
      ip: 127.0.0.0/8
    what: [register, user_resources, kick_session]
modules:
  mod_admin_extra: {}
  mod_bosh: {}
  mod_caps: {}
  mod_disco: {}
  mod_http_api: {}
  mod_mam: {}
  mod_ping: {}
  mod_roster: {}
  mod_stream_mgmt:
    resume_timeout: ${resumeSeconds}
${pubsub ? pubsubModule(maxItems) : ''}`
}

function pubsubModule(maxItems: number): string {
  return `
  mod_pubsub:
    access_createnode: all
    plugins: [flat, pep]
    max_items_node: ${maxItems}
    max_nodes_discoitems: 100000
`
}
