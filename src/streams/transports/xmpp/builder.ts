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
export function build(name: string, attributes: Readonly<Record<string, string>>): Builder {
  return (stropheBuild as typeof build)(name, attributes)
}

/** An element as text, its attributes by name; overflows the stack where it is nested too deep. */
export function serialize(el: Element): string {
  // Looked up when it is used: in the global script strophe may come later, or never.
  return (Strophe as { readonly serialize: typeof serialize }).serialize(el)
}
