import { aliases } from './aliases.ts'
import { laterNames } from './later.ts'
import { sections } from './table.ts'
import type { Variable } from './variable.ts'

type Row = readonly [string, Variable<unknown>]

const origin = 'Generated from server/config/table.ts by `npm run docs`: change it there.'

/** The text of `.env.example`: every variable in force, commented out, with its meaning and default. */
export function renderEnvExample(): string {
  const head = [
    `# ${origin}`,
    '# Copy it, uncomment what you need, and start with --env-file FILE. Nothing in it is run or expanded.',
    '# Any NAME may be given as NAME_FILE instead: the path of a file that holds the value.',
  ]
  const parts = sectionRows().map(([title, rows]) => [`# ---- ${title} ----`, ...rows.map(exampleOf)].join('\n\n'))
  return `${[head.join('\n'), ...parts].join('\n\n')}\n`
}

/** The configuration reference in Markdown. */
export function renderReference(): string {
  const tables = sectionRows().map(([title, rows]) => `## ${capitalized(title)}\n\n${tableOf(rows)}`)
  return `${[`<!-- ${origin} -->`, introduction, ...tables, olderNames(), namesForLater()].join('\n\n')}\n`
}

const introduction = `# Configuration

Sources, strongest first: command-line flag, environment, \`NAME_FILE\` (a file that holds the value; \`NAME\` and \`NAME_FILE\` together are an
error), \`--env-file FILE\`, default. An empty value is the same as none, except that it empties a list. The program loads no \`.env\` by itself.

Everything is checked before a socket is opened, and all faults are reported together with exit code 2. A message names the variable and the rule,
never the value. Unknown \`BEHAVRY_*\` names warn in development and are errors in production. Every variable is read at start: a change needs a
restart. Values marked *secret* are shown as \`[secret]\`.`

function sectionRows(): readonly (readonly [string, readonly Row[]])[] {
  return Object.entries(sections).map(([title, rows]) => [title, Object.entries<Variable<unknown>>(rows)])
}

function exampleOf([name, row]: Row): string {
  const notes = [
    row.meaning,
    `${capitalized(row.kind.form)}. ${row.unset ? 'When unset: ' : ''}${row.unset ?? capitalized(defaultOf(row))}${requirement(row)}.`,
  ]
  return [...notes.map(note => `# ${note.replaceAll('`', '')}`), `# ${name}=${literalDefault(row)}`].join('\n')
}

function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(([name, row]) => {
    const traits = [
      row.kind.secret ? 'secret' : '',
      row.housekeeping ? 'housekeeping: a bad value falls back to the default' : '',
      row.prepared ? 'checked, but not yet in force' : '',
    ].filter(Boolean)
    const meaning = [row.meaning, `Form: ${row.kind.form}.`, traits.length > 0 ? `*${capitalized(traits.join(', '))}.*` : '']
      .filter(Boolean)
      .join(' ')
    return `| ${[`\`${name}\``, defaultOf(row).replace(/^default /, ''), row.required ?? '', meaning].map(cell).join(' | ')} |`
  })
  return ['| name | default | required in | meaning |', '| --- | --- | --- | --- |', ...lines].join('\n')
}

function olderNames(): string {
  const lines = Object.entries(aliases).map(([older, name]) => `- \`${older}\` is read as \`${name}\`.`)
  return `## Older names\n\nAccepted with a warning:\n\n${lines.join('\n')}\n- \`postgresql+asyncpg://\` is read as \`postgresql://\`, \`?ssl=\` as \`?sslmode=\`.`
}

function namesForLater(): string {
  const names = [...laterNames].sort().map(name => `\`${name}\``)
  return `## Known names not yet in force\n\nSetting one warns; in production it is an error where a protection would be missing.\n\n${names.join(', ')}.`
}

function defaultOf(row: Variable<unknown>): string {
  return row.fallback ? `default ${row.fallback.shown}` : (row.unset ?? 'unset')
}

function requirement(row: Variable<unknown>): string {
  return row.required ? `; required in ${row.required}` : ''
}

function literalDefault(row: Variable<unknown>): string {
  return /^`([^`]+)`$/.exec(row.fallback?.shown ?? '')?.[1] ?? ''
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
