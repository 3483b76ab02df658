/** A page isn't told why a socket failed; its console is. */
export const followCauses = undefined
