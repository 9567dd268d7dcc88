const longestName = 64

/** The candidate with the fewest edits (Levenshtein) to the name, if a quarter of the name's length (at most 4) is enough; else undefined. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined
  const limit = Math.min(4, Math.floor(name.length / 4))
  const scored = candidates.map(candidate => ({ candidate, distance: editDistance(name, candidate) }))
  return scored.filter(({ distance }) => distance <= limit).sort((a, b) => a.distance - b.distance)[0]?.candidate
}

function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (above[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    above = current
  }
  return above[to.length] ?? 0
}
