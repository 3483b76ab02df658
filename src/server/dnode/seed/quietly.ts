/** A log that may throw without harm: who can't take an error can't take that one either. */
export function quietly(onError: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    try {
      onError(error)
    } catch {
      // Nobody is left to be told.
    }
  }
}
