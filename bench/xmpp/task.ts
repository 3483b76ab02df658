/** What a bench writes and reads. */
export interface Task {
  readonly id: string
  readonly title: string
  readonly done: boolean
  readonly rank: number
  readonly tags: readonly string[]
}

export function taskAt(index: number, rank: number): Task {
  return { id: `task-${index}`, title: `the task with the number ${index}`, done: rank % 2 === 0, rank, tags: ['home', 'garden'] }
}

/** As `jsonEntry` writes it. */
export function entryOf(task: Task): string {
  return `<entry xmlns='http://www.w3.org/2005/Atom'>${JSON.stringify(task)}</entry>`
}

/** As Prosody sends it. */
export function eventOf(task: Task): string {
  return messageOf(`<item publisher='romeo@localhost' id='${task.id}'>${entryOf(task)}</item>`)
}

export function retractOf(id: string): string {
  return messageOf(`<retract id='${id}'/>`)
}

function messageOf(item: string): string {
  const event = `<event xmlns='http://jabber.org/protocol/pubsub#event'><items node='tasks'>${item}</items></event>`
  return `<message xmlns='jabber:client' to='juliet@localhost/bench' from='pubsub.localhost' type='headline' id='b7Jm'>${event}</message>`
}

/** What a hand-written handler does with the children of `<items>`: nothing is checked. */
export function readItems(items: Element): Task[] {
  const tasks: Task[] = []
  for (let item = items.firstChild; item; item = item.nextSibling)
    if (item.nodeName === 'item') tasks.push(JSON.parse(item.firstChild!.textContent!) as Task)
  return tasks
}
