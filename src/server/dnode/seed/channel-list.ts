/** Channels by name, or all. A name stands for the channel and for those below it: `todos` for `todos/1` too. */
export type ChannelList = '*' | readonly string[]

/** Whether a list names a channel. */
export function listsChannel(list: ChannelList, url: string): boolean {
  return list === '*' || list.some((name) => url === name || url.startsWith(name.endsWith('/') ? name : `${name}/`))
}
