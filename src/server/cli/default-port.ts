/** Where `rachis serve` listens if nothing else is said. */
export const defaultPort = 8080
