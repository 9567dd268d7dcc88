import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { documents, staleDocuments, writeDocuments } from '../../build/write-docs.ts'
import { variables } from '../../server/config/config.ts'
import { parseEnvFile } from '../../server/config/env-file.ts'
import { secretNames } from '../../server/config/names.ts'
import { renderEnvExample, renderReference } from '../../server/config/render.ts'
import { read, warningsOf } from './sources.ts'

const root = join(import.meta.dirname, '../..')

test('the documents in the repository are fresh', () => {
  expect(staleDocuments(root)).toEqual([])
})

test('--check says which file is stale and how to write it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'behavry-docs-'))
  try {
    expect(writeDocuments(folder)).toEqual(documents.map(document => document.path))
    expect(staleDocuments(folder)).toEqual([])
    writeFileSync(join(folder, '.env.example'), 'edited by hand')
    expect(staleDocuments(folder)).toEqual(['.env.example'])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('both name every variable', () => {
  for (const [name] of variables) {
    expect(renderEnvExample()).toContain(`# ${name}=`)
    expect(renderReference()).toContain(`| \`${name}\` |`)
  }
})

test('the example starts a development server, as it is and with every line uncommented', () => {
  const uncommented = renderEnvExample().replace(/^# (BEHAVRY_\w+=)/gm, '$1')
  for (const envFile of [renderEnvExample(), uncommented]) {
    expect(parseEnvFile(envFile).notices).toEqual([])
    expect(warningsOf(read({}, { envFile }))).toEqual(['BEHAVRY_JWT_PRIVATE_KEY missing', 'BEHAVRY_APP_SECRET_KEY missing'])
    expect(read({}, { envFile })).toHaveProperty('config')
  }
})

test('the redactor knows every secret, in force or not', () => {
  const expected = [
    'BEHAVRY_DB_URL',
    'BEHAVRY_DB_PASSWORD',
    'BEHAVRY_JWT_PRIVATE_KEY',
    'BEHAVRY_APP_SECRET_KEY_PREVIOUS',
    'BEHAVRY_METRICS_TOKEN',
  ]
  expect(expected.filter(name => !secretNames.includes(name))).toEqual([])
  expect(secretNames).not.toContain('BEHAVRY_JWT_PUBLIC_KEY')
})
