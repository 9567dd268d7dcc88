import { version as packageVersion } from '../package.json'

declare const BEHAVRY_BUILD_COMMIT: string | undefined

/** The release, as package.json has it. */
export const version: string = packageVersion

/** The commit this binary was built from; `source` when it runs uncompiled. */
export const commit: string = typeof BEHAVRY_BUILD_COMMIT === 'string' ? BEHAVRY_BUILD_COMMIT : 'source'

/** True in the compiled binary, whose modules live in its own file system. */
export const isCompiled: boolean = import.meta.dir.startsWith('/$bunfs')

/** How this program is run again by itself. */
export const self: { readonly command: string; readonly args: readonly string[] } = {
  command: process.execPath,
  args: isCompiled ? [] : [Bun.main],
}
