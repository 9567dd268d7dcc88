import { wordsOf } from './words.ts'

/**
 * What the name of an argument says of its text. `place`: a path, an address or another name, which has a normal form. `statement`: a
 * query or a command, kept as it is. `other`: content, a measure or a choice, even where the name also speaks of a file (`file_content`).
 */
export type KeyKind = 'place' | 'statement' | 'other' | 'unknown'

const places = setOf(`path file filename filepath dir dirname dirpath directory folder root cwd workdir source src destination dst dest from
  to target note document doc glob symlink location url uri href link endpoint host hostname domain webhook address site website origin table channel repo
  repository org organization organisation owner project workspace bucket database db collection branch topic queue recipient cc bcc`)

const statements = setOf('query sql statement command cmd commandline script argv')

/** As last word. */
const others = setOf(`content contents text body data description message comment title subject summary type mime format encoding mode
  size count length limit offset timeout depth level date time timestamp line page index width height amount number flag enabled`)

/**
 * Reads `filePath`, `file_paths`, `FILE-PATH`, `path2`, `file[0]` and their compatibility forms (NFKC) alike: one telling word is enough, unless the last
 * word says otherwise.
 */
export function keyKind(key: string): KeyKind {
  const words = wordsOf(plainKey(key))
  if (others.has(words.at(-1) ?? '')) return 'other'
  if (words.some(word => isOf(places, word))) return 'place'
  return words.some(word => isOf(statements, word)) ? 'statement' : 'unknown'
}

/** Letters alone, one blank between words that anything else parts. */
function plainKey(key: string): string {
  if (/^[A-Za-z_-]*$/.test(key)) return key
  return key
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/[^\p{L}\p{M}]+/gu, ' ')
    .trim()
}

/** English plurals: `files`, `branches`, `queries`, `directories`. */
function isOf(set: ReadonlySet<string>, word: string): boolean {
  if (set.has(word)) return true
  if (!word.endsWith('s')) return false
  return set.has(word.slice(0, -1)) || set.has(word.slice(0, -2)) || set.has(`${word.slice(0, -3)}y`)
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/))
}
