/** What creates are measured on. */
export type Creator = 'rachis' | 'socket.io'
/** What calls are measured on. */
export type Callee = 'rachis' | 'dnode'
/** What is called: a function that gives back what it gets, or one document read by its id through Mongoose. */
export type Call = 'echo' | 'read'

/** To the process of the clients, which answers each with one `Report`. */
export type Order =
  | { readonly type: 'connect'; readonly subject: Creator; readonly port: number; readonly clients: number }
  /** The first client creates documents, so many at once; until all clients have heard of all. */
  | { readonly type: 'create'; readonly subject: Creator; readonly count: number; readonly atOnce: number }
  | { readonly type: 'dial'; readonly subject: Callee; readonly port: number }
  | {
      readonly type: 'call'
      readonly subject: Callee
      readonly call: Call
      readonly id: string
      readonly count: number
      readonly atOnce: number
    }

/** From the process of the clients. */
export interface Report {
  /** How long it took, from the first thing sent until the last has arrived. */
  readonly ms: number
  /** The middle one of all delays between a create and a client that hears of it. */
  readonly medianMs?: number
  /** The last thing that came, as JSON without ids: the same for all subjects. */
  readonly last?: string
}

/** What a client creates. */
export interface Tick {
  readonly text: string
  readonly n: number
}
