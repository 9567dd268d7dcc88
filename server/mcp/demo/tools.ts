import type { JsonObject } from '../../domain/json.ts'
import { DemoFault } from './fault.ts'
import type { Folder } from './folder.ts'

/** One tool: what is shown of it, and what it does. */
export interface DemoTool {
  readonly title: string
  readonly description: string
  /** Its arguments, all of them required text. */
  readonly parameters: Readonly<Record<string, string>>
  readonly kind: 'read' | 'write' | 'delete'
  readonly run: (folder: Folder, argument: (name: string) => string) => string
}

/** The demo server's tools, by name. */
export const demoTools: Readonly<Record<string, DemoTool>> = {
  list_notes: {
    title: 'List notes',
    description: 'Lists the titles of all notes.',
    parameters: {},
    kind: 'read',
    run: folder => lines(filesIn(folder, 'notes/').map(path => path.replace(/\.md$/, ''))),
  },
  read_note: {
    title: 'Read a note',
    description: 'Gives the text of one note.',
    parameters: { note: 'The title of the note' },
    kind: 'read',
    run: (folder, argument) => folder.read(notePath(argument('note'))),
  },
  write_note: {
    title: 'Write a note',
    description: 'Creates a note or replaces its text.',
    parameters: { note: 'The title of the note', text: 'The whole text of the note' },
    kind: 'write',
    run: (folder, argument) => write(folder, notePath(argument('note')), argument('text'), argument('note')),
  },
  delete_note: {
    title: 'Delete a note',
    description: 'Deletes one note for good.',
    parameters: { note: 'The title of the note' },
    kind: 'delete',
    run: (folder, argument) => remove(folder, notePath(argument('note')), argument('note')),
  },
  list_files: {
    title: 'List files',
    description: 'Lists the paths of all files.',
    parameters: {},
    kind: 'read',
    run: folder => lines(filesIn(folder, 'files/')),
  },
  read_file: {
    title: 'Read a file',
    description: 'Gives the text of one file.',
    parameters: { path: 'The path of the file, relative to the folder' },
    kind: 'read',
    run: (folder, argument) => folder.read(filePath(argument('path'))),
  },
  write_file: {
    title: 'Write a file',
    description: 'Creates a file or replaces its text.',
    parameters: { path: 'The path of the file, relative to the folder', text: 'The whole text of the file' },
    kind: 'write',
    run: (folder, argument) => write(folder, filePath(argument('path')), argument('text'), argument('path')),
  },
  delete_file: {
    title: 'Delete a file',
    description: 'Deletes one file for good.',
    parameters: { path: 'The path of the file, relative to the folder' },
    kind: 'delete',
    run: (folder, argument) => remove(folder, filePath(argument('path')), argument('path')),
  },
}

/** The tools as `tools/list` shows them (MCP 2025-11-25, server/tools). */
export function describeTools(): readonly JsonObject[] {
  return Object.entries(demoTools).map(([name, { title, description, parameters, kind }]) => ({
    name,
    title,
    description,
    inputSchema: {
      type: 'object',
      properties: Object.fromEntries(Object.entries(parameters).map(([key, meaning]) => [key, { type: 'string', description: meaning }])),
      required: Object.keys(parameters),
      additionalProperties: false,
    },
    annotations: {
      readOnlyHint: kind === 'read',
      destructiveHint: kind !== 'read',
      idempotentHint: kind !== 'delete',
      openWorldHint: false,
    },
  }))
}

const titleShape = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,63}$/u

function notePath(title: string): string {
  if (titleShape.test(title)) return `notes/${title}.md`
  throw new DemoFault('A title begins with a letter or digit and has at most 64 letters, digits, spaces, dots, dashes and underscores.')
}

/** The empty and the absolute path are refused where the path is walked. */
function filePath(path: string): string {
  return `files/${path}`
}

function filesIn(folder: Folder, prefix: string): readonly string[] {
  return folder.list().flatMap(path => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []))
}

function lines(names: readonly string[]): string {
  return names.length === 0 ? '(none)' : names.join('\n')
}

function write(folder: Folder, path: string, text: string, name: string): string {
  folder.write(path, text)
  return `Wrote ${name} (${Buffer.byteLength(text)} bytes).`
}

function remove(folder: Folder, path: string, name: string): string {
  folder.remove(path)
  return `Deleted ${name}.`
}
