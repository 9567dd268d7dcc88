const sqlVerbs = setOf(`select insert update delete drop create alter truncate merge replace with grant revoke call explain analyze show
  describe copy lock vacuum begin commit use set declare pragma`)

/** Names that hardly begin the name of a file. */
const commands =
  setOf(`curl wget cat rm mv cp ls dd cd mkdir rmdir chmod chown tar gzip gunzip unzip grep rg sed awk xargs echo printf export env eval exec
  bash sh zsh dash cmd powershell pwsh sudo su doas ssh sshpass scp sftp rsync nc ncat telnet ftp git gh svn docker podman kubectl helm terraform ansible aws
  gcloud az psql mysql mysqldump sqlite3 mongosh redis-cli python python3 node deno bun npm npx pnpm yarn pip perl ruby php cargo openssl gpg systemctl crontab
  apt yum dnf brew vault base64`)

/** Whatever stands behind these is content. */
const sayers = setOf('echo printf export env eval set')

/** More than a first word, which may begin the name of a file too: `Copy of report.docx`. */
const sqlShape =
  /^(?:select|grant|revoke|explain|(?:insert|merge|replace)\s+into|delete\s+from|update\s+\S+\s+set|copy\s+\S+\s+(?:from|to)|set\s.*=|with\s.*\b(?:select|insert|update|delete)|(?:create|alter|drop|truncate)\s+(?:\S+\s+){0,2}(?:table|user|role|database|schema|view|index|function|login))\s/is

/** Whether a text that was given as a place is rather a query or a command line. */
export function looksLikeStatement(text: string): boolean {
  const [program = '', ...others] = text.trim().split(/\s+/, 2)
  return sqlShape.test(text.trim()) || (others.length > 0 && commands.has(program.split(/[/\\]/).at(-1) ?? ''))
}

/**
 * A query or a command line as its verb and its object: the table of a query, the first path or host of a command; the verb alone where the object cannot be
 * known. What stands in quotes, behind `=` or behind an option that takes a secret is never shown. URLs must have been cleaned before.
 */
export function verbAndObject(text: string): string {
  const bare = withoutLiterals(text).trim()
  const [verb = '', ...words] = bare.replace(/^(?:\w+=\S*\s+)+/, '').split(/\s+/)
  const name = /^[^'"`=(;,|&<>*${}@]+/.exec(verb)?.[0] ?? '…'
  const object = objectOf(name.toLowerCase(), bare, words)
  return object === undefined ? name : `${name} ${object}`
}

/** Without values in single quotes, double quotes that hold more than one word, comments and here-documents. An open quote takes all behind it. */
function withoutLiterals(text: string): string {
  return text
    .replace(/'(?:[^'\\]|\\(?:.|$)|'')*(?:'|$)/gs, "''")
    .replace(/"(?:[^"\\]|\\(?:.|$))*(?:"|$)/gs, quoted => (/[\s\\]/.test(quoted) || !quoted.endsWith('"') ? '""' : quoted))
    .replace(/\/\*.*?(?:\*\/|$)|<<.*$/gs, ' ')
    .replace(/--\s.*/g, ' ')
}

function objectOf(verb: string, text: string, words: readonly string[]): string | undefined {
  if (sqlVerbs.has(verb)) return tableOf(text)
  return sayers.has(verb) ? undefined : firstPlace(words)
}

function tableOf(sql: string): string | undefined {
  const found = /\b(?:from|into|update|table)\s+(?:(?:if|not|exists|only)\s+)*([`"[]?[\p{L}_][\p{L}\p{N}_.$]*[`"\]]?)/iu.exec(sql)
  return found?.[1]?.replace(/[`"[\]]/g, '')
}

const secretOption = /^-[uHdF]$|pass|pwd|secret|token|key|user|auth|header|cookie|data|cred/i

function firstPlace(words: readonly string[]): string | undefined {
  const index = words.findIndex((word, at) => isPlace(bareWord(word), words[at - 1] ?? ''))
  return index < 0 ? undefined : bareWord(words[index] ?? '').replace(/^[a-z][a-z0-9+.-]+:[/\\]+/i, '')
}

/** A word that is only perhaps a place is not taken behind an option, whose value it may be. */
function isPlace(word: string, before: string): boolean {
  if (word === '' || /^-|=/.test(word) || (before.startsWith('-') && secretOption.test(before))) return false
  if (/^(?:[/~]|\[REDACTED:|\.\.?(?:[/\\]|$)|[a-z]:[/\\]|[a-z][a-z0-9+.-]+:[/\\])/i.test(word)) return true
  return !before.startsWith('-') && !before.endsWith(':') && /^[\w.-]+[/\\]|^[\w-]*(?:\.[\w-]+)+(?::\d+)?$/.test(word)
}

/** Without the quotes and signs that a shell takes away. */
function bareWord(word: string): string {
  return word.replace(/^["'`(<>]+|["'`);|&<>].*$/g, '')
}

function setOf(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/))
}
