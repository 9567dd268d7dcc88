import type { Failure } from '../../domain/failure.ts'
import type { Answer } from '../wire/message.ts'

/** A way to one backend: over HTTP or over the pipes of a child. */
export interface Link {
  /** Sends one request, once, and waits for its answer. `params` is JSON text. Throws a backend failure whose details say `sent`. */
  readonly request: (method: string, params: string, limits: RequestLimits) => Promise<Answer>
  /** Sends a notification; what becomes of it is not known. */
  readonly notify: (method: string) => Promise<void>
  /** Told once, after `initialize`, which version was agreed on. */
  readonly agreed: (protocolVersion: string) => void
  /** Ends it: pending requests fail, a child and all its children are gone when this returns. */
  readonly close: () => Promise<void>
}

export interface RequestLimits {
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

/** What a link tells its owner without being asked. */
export interface LinkEvents {
  /** `notifications/tools/list_changed` came. */
  readonly toolsChanged: () => void
  /** It cannot carry another request, and why: open a new one. Said at most once. */
  readonly broken: (reason: Failure) => void
}

/** A message, a line, or an answer of a backend holds at most this many bytes. */
export const maxMessageBytes = 16 * 1024 * 1024
