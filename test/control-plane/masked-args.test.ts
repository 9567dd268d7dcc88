import { expect, test } from 'bun:test'
import { maskedArgs } from '../../server/control-plane/masked-args.ts'

const shown: readonly (readonly string[])[] = [
  ['--password', 'hunter2'],
  ['--token', 'hunter2', '--verbose'],
  ['--key', '--hunter2'],
  ['-token', 'hunter2'],
  ['--secret', 'hunter2'],
  ['--api-key', 'hunter2'],
  ['--API_KEY', 'hunter2'],
  ['--github-token', 'hunter2'],
  ['--token=hunter2'],
  ['--api-key=hunter2=x\nhunter2'],
  ['-e', 'GITHUB_TOKEN=hunter2'],
]

test.each(shown.map(args => ({ args })))('$args: the value is not shown', ({ args }) => {
  const masked = maskedArgs(args).join(' ')
  expect(masked).not.toContain('hunter2')
  expect(masked).toContain('[secret]')
})

test('everything else is shown as it is, names of secrets too', () => {
  const args = ['--keyboard', 'us', '--tokens', '5', 'token', 'x', '--root=/srv', '--monkey', 'y', '--token=', '']
  expect(maskedArgs(args)).toEqual(args)
  expect(maskedArgs(['--token', 'a', 'b', '--key=c', '--password'])).toEqual(['--token', '[secret]', 'b', '--key=[secret]', '--password'])
})
