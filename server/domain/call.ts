import type { JsonObject } from './json.ts'

/** What a tool does, as far as policy is concerned. */
export const actions = ['read', 'write', 'delete', 'execute', 'send', 'network', 'admin'] as const
export type Action = (typeof actions)[number]

/** One tool call as the agent asked for it, parsed once: policy, digest and forward all use this value. */
export interface ToolCall {
  /** Ours, UUIDv7: links the records of one call. */
  readonly requestId: string
  readonly serverId: string
  readonly tool: string
  readonly arguments: JsonObject
  /** The very text of `arguments` as it came, unambiguous by strict parsing; what is forwarded. */
  readonly argumentsText: string
  readonly action: Action
  /** First of `resources`, else the noun of the tool's name. */
  readonly resource: string
  /** Every path-, url-, table-, channel-like value at any depth, normalised. */
  readonly resources: readonly string[]
  /** Length of the longest list argument, or 1. */
  readonly resourceCount: number
}
