import { closeSync, openSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import type { StdioTransport } from '../../../domain/server.ts'
import { backendFailure } from '../backend-failure.ts'
import type { SelfCommand } from '../backends-options.ts'

/** A program ready to run. */
export interface Program {
  readonly argv: readonly string[]
  /** An open file that the child finds as descriptor 3: the program itself. */
  readonly descriptor: number | undefined
  /** Frees our side of the descriptor once the child has its own. */
  readonly release: () => void
}

/** What the program name in a definition means when it is this very executable. */
const selfName = 'behavry'

/**
 * Finds the program of a definition. Our own executable is handed over as an open file when the child is another user, who could perhaps
 * not walk to it by path (a build under /root). Throws `backend_refused` for a relative path, `backend_unavailable` when there is no such program.
 */
export function findProgram(transport: StdioTransport, path: string, self: SelfCommand, asOther: boolean): Program {
  if (transport.command !== selfName) return plain([lookUp(transport.command, path), ...transport.args])
  const args = [...self.args, ...transport.args]
  if (!asOther) return plain([self.command, ...args])
  const descriptor = openSelf(self.command)
  return { argv: ['/proc/self/fd/3', ...args], descriptor, release: () => closeSync(descriptor) }
}

function openSelf(path: string): number {
  try {
    return openSync(path, 'r')
  } catch (error) {
    // An upgrade may have just replaced the file.
    throw backendFailure('backend_unavailable', 'Our own executable cannot be opened.', false, error)
  }
}

function lookUp(command: string, path: string): string {
  if (command.includes('/') && !isAbsolute(command)) {
    throw backendFailure('backend_refused', 'The program of an MCP server is an absolute path or a name on PATH.', false)
  }
  const found = Bun.which(command, { PATH: path })
  if (found !== null) return found
  throw backendFailure('backend_unavailable', `The program ${JSON.stringify(command)} of the MCP server was not found.`, false)
}

function plain(argv: readonly string[]): Program {
  return { argv, descriptor: undefined, release: () => {} }
}
