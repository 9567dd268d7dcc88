import type { Agent } from './agent.ts'

/** What a verified agent token says. Times in Unix seconds, as RFC 7519 has them. */
export interface Claims {
  readonly agentId: string
  readonly tenantId: string
  /** The token's `jti`. */
  readonly sessionId: string
  readonly agentEpoch: number
  readonly issuedAt: number
  readonly expiresAt: number
}

/** Turns a bearer token into claims. Throws `token_invalid` or `token_expired`; says nothing of revocation: the snapshot does. */
export interface TokenVerifier {
  /** Answers at once for a token it has verified before, else by promise. */
  readonly verify: (token: string) => Claims | Promise<Claims>
}

/** One working period of an agent; its id is the token's `jti`. */
export interface Session {
  readonly id: string
  readonly tenantId: string
  readonly agentId: string
  /** `local:<os user>`, or whoever else asked for it. */
  readonly issuedBy: string
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/** The registry of sessions, for the control plane. */
export interface Sessions {
  readonly open: (session: Session) => Promise<void>
  /** Ends a session in every process within a second; false when there is none by that id or it has ended. */
  readonly revoke: (tenantId: string, id: string, by: string) => Promise<boolean>
}

/** Signs agent tokens. */
export interface TokenSigner {
  /** `ttlSeconds` is capped at 90 minutes by the caller. */
  readonly sign: (agent: Agent, session: Session) => Promise<string>
}
