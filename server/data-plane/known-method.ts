const methods: ReadonlySet<string> = new Set(
  `initialize ping response
  tools/list tools/call resources/list resources/read resources/templates/list resources/subscribe resources/unsubscribe
  prompts/list prompts/get completion/complete logging/setLevel server/discover subscriptions/listen
  notifications/initialized notifications/cancelled notifications/progress notifications/roots/list_changed`.split(/\s+/),
)

/** The name of a method as the journal may keep it: one that MCP knows, else `other`. What a stranger makes up may be anything, a secret too. */
export function knownMethod(method: string): string {
  return method === '' || methods.has(method) ? method : 'other'
}
