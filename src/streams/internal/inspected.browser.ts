/** Pages print objects as they are. */
export function printAsJSON(): void {
  // They ask nobody what to print.
}
