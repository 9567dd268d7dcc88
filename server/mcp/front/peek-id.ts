import { isRpcId, type RpcId } from './message.ts'

/** A string, a mark, or anything else up to the next of these. No two alternatives begin alike, and a string without an end ends the search. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\s+/suy

/** Ids come early; how far a message is looked through that is refused anyway. */
const maxUnits = 64 * 1024

/**
 * The id in a message that is refused as a whole: malformed further on, too deep, too long, cut off. So its sender is told which of its requests it was. Null when there
 * is none, or more than one. It decides nothing else.
 */
export function peekId(message: string): RpcId | null {
  const text = message.slice(0, maxUnits)
  const found: (RpcId | null)[] = []
  let depth = 0
  let key: unknown
  let expectsKey = false
  token.lastIndex = 0
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const [piece] = match
    if (piece.trim() === '') continue
    if (depth === 1 && expectsKey) key = decoded(piece)
    else if (depth === 1 && isIdKey(key) && piece !== ':') {
      const id = decoded(piece)
      found.push(key === 'id' && isRpcId(id) ? id : null)
      key = undefined
    }
    if (piece === '{' || piece === '[') depth++
    if (piece === '}' || piece === ']') depth--
    expectsKey = depth === 1 && (piece === ',' || piece === '{')
  }
  return found.length === 1 ? (found[0] ?? null) : null
}

/** In whatever case: what another reader might take for the id counts as a second one. */
function isIdKey(key: unknown): boolean {
  return typeof key === 'string' && key.toLowerCase() === 'id'
}

function decoded(piece: string): unknown {
  try {
    return JSON.parse(piece)
  } catch {
    return undefined
  }
}
