/** What `import.meta.url` is in the CommonJS build; left out where it isn't used. */
export const importMetaUrl = /* @__PURE__ */ (() => require('node:url').pathToFileURL(__filename).href)()
