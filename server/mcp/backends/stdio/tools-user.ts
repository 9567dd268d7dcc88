import { readFileSync } from 'node:fs'

export interface UserIds {
  readonly uid: number
  readonly gid: number
}

/** The packaged service brings this system user; without it the number below stands for nobody else (it is outside every range that Debian or systemd hands out). */
const userName = 'behavry-tools'
const nobodyElse: UserIds = { uid: 60_912, gid: 60_912 }

/** Who stdio servers run as: `behavry-tools` of /etc/passwd, else uid and gid 60912. Never root. */
export function toolsUser(passwd: string = readPasswd()): UserIds {
  const fields = passwd
    .split('\n')
    .map(line => line.split(':'))
    .find(([name]) => name === userName)
  const uid = Number(fields?.[2])
  const gid = Number(fields?.[3])
  return uid > 0 && gid > 0 ? { uid, gid } : nobodyElse
}

function readPasswd(): string {
  try {
    return readFileSync('/etc/passwd', 'utf8')
  } catch {
    // A machine without the file has no such user either.
    return ''
  }
}
