/** A page has an XMLHttpRequest of its own. */
export const nodeRequest = undefined
