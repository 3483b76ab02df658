/** What jQuery looks at while it is loaded without a page. */
const page = {
  documentElement: { nodeType: 1 },
  createElement: () => ({ setAttribute: () => undefined, style: {} }),
  addEventListener: () => undefined,
}

/** jQuery's own Deferred, in Node, as the global `jQuery`; returns how to take it away. */
export async function loadJQuery(): Promise<() => void> {
  const globals = globalThis as { window?: unknown; document?: unknown; jQuery?: unknown }
  Object.assign(globals, { window: globalThis, document: page })
  // Without declarations.
  const source: string = 'jquery/src/deferred.js'
  const { jQuery } = (await import(source)) as { readonly jQuery: unknown }
  delete globals.document
  // Its `then` looks there for timers.
  Object.assign(globals, { window: { setTimeout }, jQuery })
  return () => {
    delete globals.window
    delete globals.jQuery
  }
}
