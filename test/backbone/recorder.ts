import type Backbone from 'backbone'

/** What a listener of `all` heard: name, who, and the options that others rely on. */
export interface Heard {
  readonly name: string
  readonly id?: unknown
  readonly value?: unknown
  readonly index?: number
  readonly length?: number
  readonly changes?: Readonly<Record<'added' | 'merged' | 'removed', readonly unknown[]>>
}

/** Records everything that a collection triggers. */
export function record(collection: Backbone.Collection): { readonly heard: Heard[]; take(): Heard[] } {
  const heard: Heard[] = []
  collection.on('all', (name: string, subject: any, second: any, third: any) => {
    if (name === 'add' || name === 'remove') heard.push({ name, id: subject.id, index: third.index })
    else if (name === 'update') {
      const ids = (models: any[]) => models.map((model) => model.id)
      const { added, merged, removed } = second.changes
      heard.push({ name, changes: { added: ids(added), merged: ids(merged), removed: ids(removed) } })
    } else if (name.startsWith('change:')) heard.push({ name, id: subject.id, value: second })
    else if (name === 'change') heard.push({ name, id: subject.id })
    else heard.push({ name, length: collection.length })
  })
  return { heard, take: () => heard.splice(0) }
}

/** The attributes of all models, in order. */
export function contentOf(collection: Backbone.Collection): unknown[] {
  return collection.map((model) => ({ ...model.attributes }))
}
