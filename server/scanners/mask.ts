/** What may be shown of a secret: first 3 + `***` + last 3, or `***` when it has 8 characters or fewer. */
export function mask(secret: string): string {
  return secret.length <= 8 ? '***' : `${secret.slice(0, 3)}***${secret.slice(-3)}`
}
