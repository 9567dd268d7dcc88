import { DemoFault } from './fault.ts'
import type { Folder } from './folder.ts'

/** What a new demo folder holds. */
const starterFiles: Readonly<Record<string, string>> = {
  'notes/welcome.md':
    '# Welcome\n\nThese notes belong to the demo server. Ask your agent to read, write and delete them, and watch what behavry says.\n',
  'notes/shopping.md': '# Shopping\n\n- coffee\n- paper\n- a new keyboard\n',
  'notes/meeting.md': '# Meeting on Monday\n\nAgree on who may approve deletions. Bring the audit report.\n',
  'files/report.txt': 'Quarterly report\n\nCalls: 1240\nDenied: 17\nApproved by hand: 5\n',
  'files/customers.csv': 'name,city\nExample Ltd,Vienna\nSample GmbH,Berlin\n',
}

const mark = '.started'

/** Fills a folder the first time only: what was deleted stays deleted. */
export function fillOnce(folder: Folder): void {
  if (isMarked(folder)) return
  for (const [path, text] of Object.entries(starterFiles)) folder.write(path, text)
  folder.write(mark, '')
}

function isMarked(folder: Folder): boolean {
  try {
    folder.read(mark)
    return true
  } catch (error) {
    if (error instanceof DemoFault) return false
    throw error
  }
}
