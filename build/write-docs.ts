import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { renderEnvExample, renderReference } from '../server/config/render.ts'
import { renderCommands } from './docs/commands.ts'
import { renderErrors } from './docs/errors.ts'
import { renderRoutes } from './docs/routes.ts'

/** A file of the repository that is written from a table; `path` is relative to the root. */
export interface GeneratedDocument {
  readonly path: string
  readonly render: () => string
}

/** Every generated document. */
export const documents: readonly GeneratedDocument[] = [
  { path: '.env.example', render: renderEnvExample },
  { path: 'docs/configuration.md', render: renderReference },
  { path: 'docs/commands.md', render: renderCommands },
  { path: 'docs/errors.md', render: renderErrors },
  { path: 'docs/routes.md', render: renderRoutes },
]

/** Paths under `root` whose content is not what their table gives today. */
export function staleDocuments(root: string, list: readonly GeneratedDocument[] = documents): readonly string[] {
  return list.filter(({ path, render }) => contentOf(join(root, path)) !== render()).map(({ path }) => path)
}

/** Writes every stale document and gives their paths. */
export function writeDocuments(root: string, list: readonly GeneratedDocument[] = documents): readonly string[] {
  const stale = staleDocuments(root, list)
  for (const { path, render } of list.filter(document => stale.includes(document.path))) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), render())
  }
  return stale
}

function contentOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function main(check: boolean): number {
  const root = join(import.meta.dirname, '..')
  const paths = check ? staleDocuments(root) : writeDocuments(root)
  for (const path of paths) process.stderr.write(check ? `${path} is stale: run \`npm run docs\`\n` : `${path} written\n`)
  return check && paths.length > 0 ? 1 : 0
}

if (import.meta.main) process.exitCode = main(process.argv.includes('--check'))
