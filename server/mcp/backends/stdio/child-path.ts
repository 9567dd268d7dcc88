import { isAbsolute, join } from 'node:path'
import { closedParent } from './closed-parent.ts'

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/**
 * The PATH of a child: the absolute folders of `ours`, and when it runs as another user only those that others may walk to. The usual
 * system folders when none is left.
 */
export function childPath(ours: string | undefined, asOther: boolean): string {
  const folders = (ours ?? '').split(':').filter(folder => isAbsolute(folder) && (!asOther || isOpen(folder)))
  return folders.length === 0 ? defaultPath : folders.join(':')
}

function isOpen(folder: string): boolean {
  try {
    return closedParent(join(folder, 'program')) === undefined
  } catch {
    // It does not exist, so nothing is found there.
    return false
  }
}
