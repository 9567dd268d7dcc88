import { describe, expect, test } from 'bun:test'
import { actionOf } from '../../server/domain/action.ts'
import type { Action } from '../../server/domain/call.ts'
import type { JsonObject } from '../../server/domain/json.ts'

const names: Readonly<Record<Action, readonly string[]>> = {
  read: [
    'get',
    'read_file',
    'listIssues',
    'search-code',
    'find.rows',
    'query',
    'view/page',
    'ShowUser',
    'describe_table',
    'count',
    'directory_tree',
    'READ_FILE',
    'GETFile',

    'get_deleted_items',
    'list_allowed_directories',
    'get and read',
  ],
  write: [
    'create_issue',
    'update',
    'editFile',
    'setValue',
    'put-object',
    'add_comment',
    'append',
    'move_file',
    'rename',
    'copy',
    'upload_file',
    'get_or_create',
    'find_and_replace',
    'searchAndReplace',
  ],
  delete: ['delete_file', 'removeUser', 'drop_table', 'purge', 'rm', 'unlink', 'truncate-log', 'create_or_delete', 'readAndDelete'],
  execute: [
    'run_command',
    'exec',
    'eval',
    'call',
    'invoke',
    'frobnicate',
    '',
    '_get',
    '-',
    'reader',
    'constructor',
    '__proto__',
    'toString',
    'g\u200bet',
    'ｇet',
    'get:file',
    'get2',
    'sequentialthinking',
    'read_and_frobnicate',
    'get_or_',
  ],
  send: ['send_message', 'post', 'reply_to_thread', 'publish', 'notify'],
  network: ['fetch', 'fetch_url', 'download', 'http_request', 'navigate'],
  admin: ['grant_role', 'revoke', 'chmod', 'delete_and_grant'],
}

const raises: readonly (readonly [string, JsonObject, Action])[] = [
  ['read_file', { readOnlyHint: true }, 'read'],
  ['read_file', { readOnlyHint: false }, 'write'],
  ['read_file', { destructiveHint: true }, 'write'],
  ['read_file', { readOnlyHint: true, destructiveHint: true }, 'write'],
  ['read_file', { readOnlyHint: 'false', destructiveHint: 1 }, 'read'],
  ['delete_file', { readOnlyHint: true, destructiveHint: false }, 'delete'],
  ['frobnicate', { readOnlyHint: true }, 'execute'],
  ['fetch', { readOnlyHint: true }, 'network'],
  ['write_file', { readOnlyHint: true }, 'write'],
]

describe('actionOf', () => {
  const cases = Object.entries(names).flatMap(([action, tools]) => tools.map(tool => [tool, action] as const))

  test.each(cases)('%j is %s', (tool, action) => {
    expect(actionOf(tool)).toBe(action as Action)
  })

  test.each(raises)('%s with %j is %s', (tool, annotations, action) => {
    expect(actionOf(tool, annotations)).toBe(action)
  })
})
