import type { Failure } from './failure.ts'
import type { Json, JsonObject } from './json.ts'

/** A registered MCP server, as the snapshot knows it. */
export interface McpServer {
  /** Slug, unique in the tenant: the `{server_id}` of the URL. */
  readonly id: string
  readonly tenantId: string
  readonly name: string
  readonly transport: StdioTransport | HttpTransport
  readonly enabled: boolean
  /** One call's deadline. */
  readonly timeoutMs: number
  /** Rises with every change and is never used twice, not by another server of the same id either; part of what an approval binds. */
  readonly revision: number
}

export interface StdioTransport {
  readonly kind: 'stdio'
  /** A program by absolute path or on PATH; `behavry` is this very executable. */
  readonly command: string
  readonly args: readonly string[]
  /** The child's whole environment besides PATH and HOME. */
  readonly env: Readonly<Record<string, string>>
  /** A folder that the child may own and write, made before it starts; its working directory. Absent: an empty scratch folder. */
  readonly folder?: string
}

export interface HttpTransport {
  readonly kind: 'http'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
}

/** A tool as its server defines it; everything but the name passes to the agent as it came. */
export interface Tool extends JsonObject {
  readonly name: string
}

/** What a server said of itself at `initialize` and `tools/list`. */
export interface ServerProfile {
  readonly capabilities: JsonObject
  readonly serverInfo: JsonObject
  readonly instructions?: string
  readonly tools: readonly Tool[]
  /** SHA-256 over the RFC 8785 form of each tool's definition, by name. */
  readonly pins: ReadonlyMap<string, string>
}

/**
 * A backend's answer to one request, never trusted. `text` is the result's own JSON text, which is passed on when nothing in it was changed.
 * `fault`: there was no answer that is one; `sent` says whether the request may have reached the backend.
 */
export type BackendAnswer =
  | { readonly kind: 'result'; readonly result: JsonObject; readonly text: string }
  | { readonly kind: 'error'; readonly code: number; readonly message: string; readonly data?: Json }
  | { readonly kind: 'fault'; readonly failure: Failure; readonly sent: boolean }

/**
 * The servers behind us. Failures are `backend_unavailable`, `backend_timeout`, `backend_invalid` or `backend_refused`; a connection that broke or
 * cannot be trusted any more is replaced for the next call. A tool call is never sent twice.
 */
export interface Backends {
  /** Connects when needed; what `initialize` and `tools/list` gave, tools over all pages. Answers at once when connected; throws a failure. */
  readonly profile: (server: McpServer) => ServerProfile | Promise<ServerProfile>
  /** Sends one `tools/call` whose params are given as JSON text. Never throws. */
  readonly callTool: (server: McpServer, params: string, signal: AbortSignal) => Promise<BackendAnswer>
}

/** The registry of servers, for the control plane. */
export interface Servers {
  readonly list: (tenantId: string) => Promise<readonly McpServer[]>
  /** Throws `conflict` when the id is taken. */
  readonly add: (server: Omit<McpServer, 'revision'>) => Promise<void>
  /** False when there was none. */
  readonly remove: (tenantId: string, id: string) => Promise<boolean>
}
