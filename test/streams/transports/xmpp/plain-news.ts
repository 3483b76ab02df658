import type { PubsubEvent } from '../../../../src/streams/transports/xmpp/pubsub-events.js'

/** Events as plain data that can be compared and sent out of a page: payloads as their text; what is usual or absent is left out. */
export function plainNews(events: readonly PubsubEvent[]): object[] {
  return events.map(({ service, subids, collections, ...news }) => {
    const rest: Record<string, unknown> = { ...news }
    if (service !== 'pubsub.example') rest['service'] = service ?? 'none'
    if (subids.length > 0) rest['subids'] = subids
    if (collections.length > 0) rest['collections'] = collections
    if (news.type === 'items')
      rest['published'] = news.published.map((item) => withoutAbsent({ ...item, payload: item.payload?.textContent }))
    if (news.type === 'configuration' && news.form !== undefined) rest['form'] = [...news.form]
    if (news.type === 'unreadable') delete rest['raw']
    return withoutAbsent(rest)
  })
}

function withoutAbsent(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
