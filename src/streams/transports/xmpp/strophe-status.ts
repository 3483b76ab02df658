/** `Strophe.Status`, as far as it is used here; the numbers are the same in every copy of strophe. */
export const stropheStatus = {
  error: 0,
  connecting: 1,
  connfail: 2,
  authfail: 4,
  connected: 5,
  disconnected: 6,
  attached: 8,
} as const
