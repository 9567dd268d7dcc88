/** One member of a tar archive. Directories have a path that ends in `/` and no content. */
export interface TarEntry {
  readonly path: string
  /** Permission bits, such as 0o755. */
  readonly mode: number
  readonly content: Uint8Array
}

const blockBytes = 512

/**
 * A POSIX ustar archive (IEEE 1003.1, pax "ustar interchange format") whose bytes depend only on the entries: names are sorted, the
 * owner is 0:0 and the time is the epoch. Throws an `Error` when a path is longer than the 100 bytes of the format's name field.
 */
export const tar = (entries: readonly TarEntry[]): Uint8Array => {
  const sorted = entries.toSorted((a, b) => (a.path < b.path ? -1 : 1))
  const blocks = sorted.flatMap(entry => [header(entry), entry.content, new Uint8Array(padding(entry.content.length))])
  return Buffer.concat([...blocks, new Uint8Array(2 * blockBytes)])
}

const padding = (length: number): number => (blockBytes - (length % blockBytes)) % blockBytes

const header = ({ path, mode, content }: TarEntry): Uint8Array => {
  if (Buffer.byteLength(path) > 100) throw new Error(`The path is too long for a ustar archive: ${path}`)
  const block = Buffer.alloc(blockBytes)
  block.write(path, 0)
  block.write(octal(mode, 8), 100)
  block.write(octal(0, 8), 108)
  block.write(octal(0, 8), 116)
  block.write(octal(content.length, 12), 124)
  block.write(octal(0, 12), 136)
  block.write('        ', 148)
  block.write(path.endsWith('/') ? '5' : '0', 156)
  block.write('ustar\0' + '00', 257)
  // The checksum is taken with its own field as spaces.
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${octal(sum, 7)}\0 `, 148)
  return block
}

const octal = (value: number, width: number): string => value.toString(8).padStart(width - 1, '0')
