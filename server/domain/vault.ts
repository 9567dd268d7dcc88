/**
 * Seals what the database must not hold in plain text. What is sealed for one tenant and purpose opens for no other, so that a text copied into another
 * row stays shut.
 */
export interface Vault {
  /** A different text each time, also for the same one. */
  readonly seal: (tenantId: string, purpose: string, text: string) => string
  /** Throws `configuration_invalid` when it cannot open: another key, another place, or not the text that was sealed. */
  readonly open: (tenantId: string, purpose: string, sealed: string) => string
}
