/** Pages print objects as they are: a name that nobody asks for. */
export const inspected = ''
