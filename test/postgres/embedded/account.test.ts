import { describe, expect, test } from 'bun:test'
import { databaseAccount, initAccount } from '../../../server/postgres/embedded/account.ts'

const root = { uid: 0, gid: 0 }
const passwd = [
  { name: 'root', uid: 0, gid: 0 },
  { name: 'ada', uid: 1000, gid: 1000 },
  { name: 'nobody', uid: 65_534, gid: 65_534 },
]
const own = { name: 'behavry-db', uid: 990, gid: 980 }

describe('the account of the database', () => {
  test.each([
    ['an ordinary user: the user', { uid: 1000, gid: 1000 }, passwd, 1000],
    ['root with the system user: that one', root, [...passwd, own], 990],
    ['root without it: the uid that nobody has', root, passwd, 65_525],
  ])('%s', (_, self, users, uid) => {
    expect(databaseAccount(self, users).uid).toBe(uid)
  })

  test('root, and somebody has that uid: refused', () => {
    const taken = [...passwd, { name: 'eve', uid: 65_525, gid: 1 }]
    expect(() => databaseAccount(root, taken)).toThrow('The uid 65525 belongs to eve: create a system user')
  })

  test('a cluster is made by an account with a passwd entry', () => {
    expect(initAccount(own, [...passwd, own]).uid).toBe(990)
    expect(() => initAccount({ uid: 65_525, gid: 65_525 }, [])).toThrow('no entry in /etc/passwd')
  })
})
