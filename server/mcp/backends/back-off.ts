const firstDelayMs = 1_000
const longestDelayMs = 30_000

/** How long to leave a backend alone after so many failures in a row, in milliseconds: 0, 1 s, 2 s, 4 s … 30 s. */
export function backOffMs(failures: number): number {
  return failures === 0 ? 0 : Math.min(firstDelayMs * 2 ** (failures - 1), longestDelayMs)
}
