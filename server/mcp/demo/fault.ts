/** What the caller did wrong, in a sentence that may be shown to an agent. */
export class DemoFault extends Error {
  override readonly name = 'DemoFault'
}

const sentences: Readonly<Record<string, string>> = {
  ENOENT: 'There is no file of that name.',
  ENOTDIR: 'A name on the way is not a folder.',
  EISDIR: 'That is a folder, not a file.',
  ELOOP: 'Links are not followed.',
  EACCES: 'The file cannot be reached.',
  EPERM: 'The file cannot be reached.',
  ENXIO: 'That is not a file.',
  ENOSPC: 'The disk is full.',
  ENAMETOOLONG: 'The name is too long.',
}

/** The file system's error as a sentence without a path. */
export function faultOfFile(error: unknown): DemoFault {
  if (error instanceof DemoFault) return error
  const code = (error as NodeJS.ErrnoException).code ?? ''
  return new DemoFault(sentences[code] ?? `The file system refused (${code || 'unknown'}).`, { cause: error })
}
