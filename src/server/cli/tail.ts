import { EMPTY, fromEvent, ignoreElements, lastValueFrom, merge, mergeMap, of, takeUntil, tap, throwError } from 'rxjs'
import type { Feed, FeedEvent } from '../../streams/event.js'
import type { Transport, TransportStatus } from '../../streams/node.js'
import { canonicalQuery, parseQuery, type Query } from '../../streams/query.js'
import { knownOf } from '../../streams/transports/known-of.js'
import type { Command, CommandInput } from './command.js'
import { connect, connectionFlags, type Item } from './connect.js'
import { jsonLine, prettyLine } from './event-line.js'
import { ResumeFile } from './resume-file.js'
import type { Terminal } from './terminal.js'

/** How long what is known may be unsaved, in ms: a busy node would else write the file for each commit. */
const saveEvery = 200

/** `rachis tail`: prints what happens to a node, one event a line. */
export const tail: Command = {
  name: 'tail',
  operands: ['NAME'],
  help:
    'Prints what a node holds and everything that happens to it, one event a line, until it is stopped. NAME is the name of a node, or ' +
    'its address on an XMPP server, xmpp://ACCOUNT/NODE.',
  flags: {
    ...connectionFlags,
    filter: { value: 'JSON', help: `only what matches, e.g. '{"country":"DE"}'` },
    sort: { value: 'JSON', help: `in which order the limit counts, e.g. '{"population":-1}'` },
    limit: { value: 'N', help: 'at most so many items' },
    json: { help: 'one JSON object a line (also when the output is piped)' },
    resume: { value: 'FILE', help: 'keep cursor and items there, and go on from there next time' },
  },
  async run(input, terminal, stop) {
    const query = readQuery(input)
    const [name] = input.operands
    const file = input.text('resume')
    const resume = file === undefined ? undefined : new ResumeFile(file, `${name!} ${canonicalQuery(query)}`)
    const known = resume?.read()
    const { transport, node } = await connect(name!, input, terminal)
    const notes = transport.status$.subscribe(terminal.watched ? (status) => terminal.status(statusLine(status)) : outageNotes(terminal))
    try {
      const feed = node.feed(query, known === undefined ? {} : { known })
      const pretty = terminal.interactive && !input.has('json')
      const print = (event: FeedEvent<Item>): void => {
        if (!pretty) terminal.print(jsonLine(event))
        else if (isForPeople(event)) terminal.print(prettyLine(event, (style, text) => terminal.paint(style, text)))
      }
      await follow(feed, transport, resume && new Keeper(feed, resume), print, stop)
    } finally {
      notes.unsubscribe()
      terminal.status(undefined)
      await transport.close()
    }
  },
}

/** Prints until the feed ends or `stop`; rejects with the error of the feed, or of the server that doesn't let us in. */
async function follow(
  feed: Feed<Item>,
  transport: Transport,
  keeper: Keeper | undefined,
  print: (event: FeedEvent<Item>) => void,
  stop: AbortSignal,
): Promise<void> {
  const denied$ = transport.status$.pipe(mergeMap((status) => (status.state === 'denied' ? throwError(() => status.error) : EMPTY)))
  // What is known can be read only while the feed is subscribed to.
  const stopped$ = stop.aborted ? of(undefined) : fromEvent(stop, 'abort').pipe(tap(() => keeper?.save()))
  const printed$ = feed.pipe(
    tap((event) => {
      print(event)
      if (event.type === 'commit') keeper?.committed()
    }),
  )
  try {
    await lastValueFrom(merge(printed$, denied$).pipe(ignoreElements(), takeUntil(stopped$)), { defaultValue: undefined })
  } finally {
    keeper?.close()
  }
}

/** Saves at commits, the first at once, later ones at most every `saveEvery` ms. */
class Keeper {
  private timer: NodeJS.Timeout | undefined
  private unsaved = false

  constructor(
    private readonly feed: Feed<Item>,
    private readonly file: ResumeFile,
  ) {}

  committed(): void {
    this.unsaved = true
    if (this.timer === undefined) this.save()
  }

  save(): void {
    if (!this.unsaved) return
    const known = knownOf(this.feed)
    if (known === undefined) return
    this.unsaved = false
    this.file.write(known)
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.save()
    }, saveEvery)
  }

  close(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }
}

function readQuery(input: CommandInput): Query<Item> {
  const limit = input.integer('limit', 0, Number.MAX_SAFE_INTEGER)
  return parseQuery<Item>({ filter: input.json('filter'), sort: input.json('sort'), limit })
}

/** A person sees states change; commits and resets tell a program where it is. */
function isForPeople(event: FeedEvent<Item>): boolean {
  return event.type !== 'commit' && event.type !== 'reset'
}

/** What a log is told: that the server is away, and that it is back, each once. */
function outageNotes(terminal: Terminal): (status: TransportStatus) => void {
  let away = false
  return (status) => {
    if (status.state === 'offline' && !away) {
      away = true
      terminal.note(`rachis: ${offlineText(status)}${status.retryAt === undefined ? '' : '; trying again'}`)
    } else if (status.state === 'online' && away) {
      away = false
      terminal.note('rachis: online again')
    }
  }
}

function statusLine(status: TransportStatus): string | undefined {
  switch (status.state) {
    case 'connecting':
      return status.attempt > 1 ? `connecting, attempt ${status.attempt} …` : 'connecting …'
    case 'offline':
      return `${offlineText(status)}${status.retryAt === undefined ? '' : `; next attempt at ${status.retryAt.toLocaleTimeString()}`}`
    case 'online':
    case 'denied':
    case 'closed':
      return undefined
  }
}

function offlineText({ reason }: { readonly reason: string }): string {
  return `offline: ${reason.replace(/\.$/, '')}`
}
