import { $build as stropheBuild, Strophe } from 'strophe.js'

/** What is used of strophe's `Builder`; its own declarations can't be resolved by a strict ESM project. */
export interface Builder {
  tree(): Element
  c(name: string, attributes?: Readonly<Record<string, string>>, text?: string): Builder
  cnode(el: Element): Builder
  t(text: string): Builder
  up(): Builder
  attrs(attributes: Readonly<Record<string, string>>): Builder
  toString(): string
}

/** A new element. Attributes that are `undefined` are left out. */
export const build = stropheBuild as (name: string, attributes: Readonly<Record<string, string>>) => Builder

/** An element as text, its attributes by name; overflows the stack where it is nested too deep. */
export const { serialize } = Strophe as { readonly serialize: (el: Element) => string }
