/** Beginnings of names up to this length are counted by the server; of longer ones so few cities remain that a page counts them itself. */
export const tallied = 2
