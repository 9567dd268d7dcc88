import { expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { openTestDatabase } from '../stage/database.ts'

setDefaultTimeout(30_000)

/** The tables and columns that `schema.ts` declares, read from its text: types are gone when it runs. */
async function declared(): Promise<ReadonlyMap<string, readonly string[]>> {
  const text = await Bun.file(join(import.meta.dir, '../../server/postgres/schema.ts')).text()
  const columnsOf = (body: string) => [...body.matchAll(/(?:^|[{;\n])\s*([a-z_]+)\??:/g)].map(match => match[1] ?? '').sort()
  const tables = new Map<string, readonly string[]>()
  const database = /export interface Database \{([\s\S]*?\n)\}/.exec(text)?.[1] ?? ''
  for (const [, table = '', body = ''] of database.matchAll(/^ {2}([a-z_]+): \{([\s\S]*?)\}\n/gm)) tables.set(table, columnsOf(body))
  for (const [, table = '', name = ''] of database.matchAll(/^ {2}([a-z_]+): ([A-Z]\w+)\n/gm)) {
    tables.set(table, columnsOf(new RegExp(`interface ${name} \\{([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? ''))
  }
  return tables
}

/** Columns of the format that nothing writes yet: the projection has them for the records of later releases. */
const notYetRead = { audit_events: true } as Readonly<Record<string, boolean>>

test('schema.ts and the database name the same tables and columns', async () => {
  const { superuser } = await openTestDatabase()
  const rows = await superuser<{ table: string; columns: string[] }>(`
    SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attname) AS columns
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relnamespace = 'behavry'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relname NOT LIKE 'kysely%' GROUP BY 1 ORDER BY 1`)
  const tables = await declared()
  expect([...tables.keys()].sort()).toEqual(rows.map(row => row.table))
  for (const { table, columns } of rows) {
    const own = tables.get(table) ?? []
    if (notYetRead[table]) expect(own.filter(column => !columns.includes(column))).toEqual([])
    else expect([table, own]).toEqual([table, [...columns].sort()])
  }
})
