/** Puts a method in front of that of `target`, which it gets; what is returned takes it away, unless somebody has put another in front. */
export function override<T extends object, K extends keyof T>(target: T, name: K, make: (original: T[K]) => T[K]): () => void {
  const original = target[name]
  const inherited = !Object.hasOwn(target, name)
  const own = (target[name] = make(original))
  return () => {
    if (target[name] !== own) return
    if (inherited) Reflect.deleteProperty(target, name)
    else target[name] = original
  }
}
