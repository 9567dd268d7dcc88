import { closeSync, constants, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { DemoFault, faultOfFile } from './fault.ts'

const maxFileBytes = 1024 * 1024
const maxEntries = 1_000
const maxDepth = 8
const maxPathLength = 512

/** A folder that nothing said to it can lead out of. Paths are relative, with `/`; every function throws `DemoFault`. */
export interface Folder {
  /** Every file below, as sorted paths; links and other special files are not shown. */
  readonly list: () => readonly string[]
  /** UTF-8 text of at most 1 MiB. */
  readonly read: (path: string) => string
  /** Makes or replaces a file, and the folders above it. */
  readonly write: (path: string, text: string) => void
  readonly remove: (path: string) => void
}

/**
 * Opens a folder, made when missing. A path is walked from the open folder, one name at a time and never through a link, so that
 * whatever is renamed or linked meanwhile, it ends inside or not at all. Linux: names below a descriptor are reached by `/proc/self/fd`.
 */
export function openFolder(path: string): Folder {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const root = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  const list = () => listAll(root)
  return {
    list,
    read: file => atName(root, readPath(file), false, readText),
    remove: file => atName(root, readPath(file), false, unlinkSync),
    write: (file, text) => {
      if (Buffer.byteLength(text) > maxFileBytes) throw new DemoFault(`A file holds at most ${maxFileBytes} bytes.`)
      if (list().length >= maxEntries) throw new DemoFault(`The folder holds at most ${maxEntries} files.`)
      atName(root, readPath(file), true, target => writeText(target, text))
    },
  }
}

function readPath(path: string): readonly string[] {
  const names = path.split('/')
  const isInside = names.every(name => name !== '' && name !== '.' && name !== '..' && !name.includes('\0'))
  if (isInside && path.length <= maxPathLength && names.length <= maxDepth) return names
  throw new DemoFault('A path is relative, has no ".." and no empty name, at most 8 names and 512 characters.')
}

/** Walks to the folder that holds the last name, and gives `use` a path that the kernel resolves from there. */
function atName<T>(parent: number, names: readonly string[], make: boolean, use: (path: string) => T): T {
  const [name = '', ...rest] = names
  const path = below(parent, name)
  try {
    if (rest.length === 0) return use(path)
    if (make) makeFolder(path)
    return withFolder(path, inner => atName(inner, rest, make, use))
  } catch (error) {
    throw faultOfFile(error)
  }
}

function below(folder: number, name: string): string {
  return `/proc/self/fd/${folder}/${name}`
}

function withFolder<T>(path: string, use: (folder: number) => T): T {
  const folder = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    return use(folder)
  } finally {
    closeSync(folder)
  }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

/** Non-blocking, so that a pipe in the file's place cannot hold us. */
function readText(path: string): string {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    checkFile(file)
    return readFileSync(file, 'utf8')
  } finally {
    closeSync(file)
  }
}

function writeText(path: string, text: string): void {
  const file = openSync(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    0o600,
  )
  try {
    checkFile(file)
    writeFileSync(file, text)
  } finally {
    closeSync(file)
  }
}

function checkFile(file: number): void {
  const status = fstatSync(file)
  if (!status.isFile()) throw new DemoFault('That is not a file.')
  if (status.size > maxFileBytes) throw new DemoFault(`The file is larger than ${maxFileBytes} bytes.`)
}

function listAll(root: number): readonly string[] {
  try {
    return listBelow(root, '', 1).sort()
  } catch (error) {
    throw faultOfFile(error)
  }
}

function listBelow(folder: number, prefix: string, depth: number): string[] {
  const found: string[] = []
  for (const entry of readdirSync(`/proc/self/fd/${folder}`, { withFileTypes: true })) {
    if (found.length >= maxEntries) break
    const path = prefix + entry.name
    if (entry.isFile()) found.push(path)
    if (!entry.isDirectory() || depth >= maxDepth) continue
    found.push(...withFolder(below(folder, entry.name), inner => listBelow(inner, `${path}/`, depth + 1)))
  }
  return found
}
