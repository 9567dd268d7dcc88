import type { Pattern } from './pattern.ts'
import { unlessPlaceholder } from './placeholder.ts'

const fixed = 'a literal, then one character class of bounded length: each start costs a constant'
const edged =
  'begins only at the edge of a word, and each part is one class that cannot match its own end: no character is read more than thrice'

/** Examples are joined at run time, so that no scanner of source code takes them for real. */
const alnum = 'Q7rT2mZ9vK4sX1pL8nB5cW3yH6dF0gJqEaUiOt'

export const credentials: readonly Pattern[] = [
  {
    name: 'private_key',
    category: 'credential',
    severity: 'critical',
    keywords: ['-----BEGIN '],
    pattern: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g,
    linear: fixed,
    endOf: endOfPem,
    examples: {
      yes: [
        `-----BEGIN ${'RSA PRIVATE KEY'}-----\n${alnum.repeat(3)}\n-----END RSA ${'PRIVATE KEY'}-----`,
        `key: -----BEGIN ${'PRIVATE KEY'}-----\\n${alnum.repeat(2)}`,
        `-----BEGIN ${'PGP PRIVATE KEY BLOCK'}-----\n\n${alnum.repeat(2)}`,
        `-----BEGIN ${'RSA PRIVATE KEY'}-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00FF\n\n${alnum}`,
      ],
      no: ['-----BEGIN PUBLIC KEY-----\nabc', `-----BEGIN ${'PRIVATE KEY'}-----`, `The line -----BEGIN ${'PRIVATE KEY'}----- opens a key.`],
    },
  },
  {
    name: 'aws_access_key_id',
    category: 'credential',
    severity: 'high',
    keywords: ['AKIA', 'ASIA', 'ABIA', 'ACCA'],
    pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])/g,
    linear: fixed,
    endOf: unlessPlaceholder,
    examples: {
      yes: [`id=${'AKIA'}Q3TZ7MRW5KXJ2VPB`, `${'ASIA'}Q3TZ7MRW5KXJ2VPB`],
      no: [`${'AKIA'}IOSFODNN7EXAMPLE`, `${'AKIA'}Q3TZ7MRW5KXJ2VP`, `${'AKIA'}Q3TZ7MRW5KXJ2VPBB`, `${'AKIA'}XXXXXXXXXXXXXXXX`, 'AKIA'],
    },
  },
  {
    name: 'github_token',
    category: 'credential',
    severity: 'critical',
    keywords: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_', 'github_pat_'],
    pattern: /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})(?![A-Za-z0-9])/g,
    linear: fixed,
    endOf: unlessPlaceholder,
    examples: {
      yes: [
        `${'ghp'}_${alnum.slice(0, 36)}`,
        `token ${'ghs'}_${alnum.slice(2, 38)}.`,
        `${'github'}_pat_${alnum.slice(0, 22)}_${alnum}${alnum.slice(0, 21)}`,
      ],
      no: [`${'ghp'}_${'x'.repeat(36)}`, `${'ghp'}_${alnum.slice(0, 35)}`, `a${'ghp'}_${alnum.slice(0, 36)}`],
    },
  },
  {
    name: 'slack_token',
    category: 'credential',
    severity: 'critical',
    keywords: ['xox', 'xapp-', 'hooks.slack.com/'],
    pattern:
      /(?<![A-Za-z0-9])(?:xox[abeoprs]-[A-Za-z0-9-]{20,250}|xapp-\d-[A-Za-z0-9-]{20,250}|hooks\.slack\.com\/(?:services|workflows)\/[A-Za-z0-9+/]{40,60})/g,
    linear: fixed,
    endOf: unlessPlaceholder,
    examples: {
      yes: [
        `${'xoxb'}-2718281828-3141592653-${alnum.slice(0, 24)}`,
        `https://${'hooks'}.slack.com/services/T0${alnum.slice(0, 8)}/B0${alnum.slice(8, 16)}/${alnum.slice(0, 24)}`,
      ],
      no: [`${'xoxb'}-your-token-here-please-now`, `${'xoxb'}-1234`, `${'xoxb'}-xxxxxxxxxxxx-xxxxxxxxxxxxxxxx`],
    },
  },
  {
    name: 'anthropic_key',
    category: 'credential',
    severity: 'critical',
    keywords: ['sk-ant-'],
    pattern: /(?<![A-Za-z0-9])sk-ant-[a-z]{3,8}\d{2}-[A-Za-z0-9_-]{80,140}(?![A-Za-z0-9_-])/g,
    linear: fixed,
    endOf: unlessPlaceholder,
    examples: {
      yes: [`${'sk-ant'}-api03-${alnum}${alnum}-${alnum.slice(0, 16)}AA`],
      no: [`${'sk-ant'}-api03-${alnum}`, `${'sk-ant'}-api03-${'x'.repeat(95)}`],
    },
  },
  {
    name: 'openai_key',
    category: 'credential',
    severity: 'critical',
    keywords: ['sk-'],
    pattern:
      /(?<![A-Za-z0-9])sk-(?:(?:proj|svcacct|admin|None)-[A-Za-z0-9_-]{40,220}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|[A-Za-z0-9]{48})(?![A-Za-z0-9_-])/g,
    linear: fixed,
    endOf: unlessPlaceholder,
    examples: {
      yes: [
        `${'sk'}-${alnum.slice(0, 20)}${'T3Blbk'}FJ${alnum.slice(10, 30)}`,
        `${'sk'}-proj-${alnum}_${alnum}`,
        `${'sk'}-${alnum}${alnum.slice(0, 10)}`,
      ],
      no: [`${'sk'}-proj-${'x'.repeat(48)}`, `${'sk'}-learn`, `ri${'sk'}-${alnum}${alnum.slice(0, 10)}`],
    },
  },
  {
    name: 'stripe_key',
    category: 'credential',
    severity: 'critical',
    keywords: ['_live_'],
    pattern: /(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{16,247}(?![A-Za-z0-9])/g,
    linear: fixed,
    endOf: unlessPlaceholder,
    examples: {
      yes: [`${'sk'}_live_${alnum.slice(0, 24)}`, `${'rk'}_live_${alnum}`],
      no: [`${'sk'}_live_xxxxxxxxxxxxxxxxxxxxxxxx`, `${'pk'}_live_${alnum.slice(0, 24)}`, `${'sk'}_live_short`],
    },
  },
  {
    name: 'stripe_test_key',
    category: 'credential',
    severity: 'medium',
    keywords: ['_test_'],
    pattern: /(?<![A-Za-z0-9])[sr]k_test_[A-Za-z0-9]{16,247}(?![A-Za-z0-9])/g,
    linear: fixed,
    endOf: unlessPlaceholder,
    examples: { yes: [`${'sk'}_test_${alnum.slice(0, 24)}`], no: [`${'sk'}_test_xxxxxxxxxxxxxxxxxxxxxxxx`, `${'unit'}_test_${alnum}`] },
  },
  {
    name: 'jwt',
    category: 'credential',
    severity: 'high',
    keywords: ['eyJ'],
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{16,}/g,
    linear: edged,
    endOf: endOfJwt,
    examples: {
      yes: [`Bearer ${'eyJhbGci'}OiJIUzI1NiJ9.${'eyJzdWIi'}OiI0MiJ9.${alnum}`],
      no: [`${'eyJhbGci'}OiJIUzI1NiJ9.${'eyJzdWIi'}OiI0MiJ9`, `${'eyJub3Qg'}anNvbiBhdCBhbGw.${'eyJzdWIi'}OiI0MiJ9.${alnum}`, 'eyJ'],
    },
  },
  {
    name: 'basic_auth_url',
    category: 'credential',
    severity: 'high',
    keywords: ['://'],
    pattern: /(?<![A-Za-z0-9+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}:\/\/[^\s:/?#@"'<>]{0,100}:[^\s/?#@"'<>]{1,200}@[A-Za-z0-9[]/g,
    linear: 'begins only at the edge of a word; each part is one class of bounded length that cannot match what ends it',
    endOf: endOfUserInfo,
    examples: {
      yes: ['postgres://app:k3Vw9qLm@db.corp.test/main', 'see https://bob:Tr0ub4dor@corp.test', 'redis://:k3Vw9qLm@cache'],
      no: [
        'https://corp.test:8080/a@b',
        'https://user:password@corp.test',
        `https://bob:\${PASSWORD}@corp.test`,
        'https://bob@corp.test',
        'a://b:c',
      ],
    },
  },
]

/** A key is as long as a screen or two; without its end line the window counts. */
const pemUnits = 16_384

/** To the end line, or else to the next dashes; a header without key text behind it is only talk of a key. */
function endOfPem(text: string, start: number, end: number): number {
  const window = text.slice(end, start + pemUnits)
  const dashes = window.indexOf('-----')
  const body = dashes < 0 ? window : window.slice(0, dashes)
  if (!/[A-Za-z0-9+/]{24}/.test(body)) return -1
  if (!window.startsWith('-----END ', dashes)) return end + body.length
  const close = window.indexOf('-----', dashes + 9)
  return end + (close < 0 ? window.length : close + 5)
}

/** A token whose header is a JSON object with an algorithm (RFC 7515 §4.1.1). */
function endOfJwt(text: string, start: number, end: number): number {
  const header = Buffer.from(text.slice(start, Math.min(end, start + 4096)).split('.', 1)[0] ?? '', 'base64url').toString()
  return /^\{.*"alg"\s*:/s.test(header) ? end : -1
}

const talkedOf = new Set(['password', 'passwd', 'pass', 'pwd', 'secret', 'user', 'username', 'token', 'key', 'api_key', 'pw', 'p'])

/** Up to the host, which is no secret. */
function endOfUserInfo(text: string, start: number, end: number): number {
  const match = text.slice(start, end - 2)
  const password = match.slice(match.indexOf(':', match.indexOf('://') + 3) + 1)
  const variable = /^[${%[(].*[\]})%]?$|^x+$/i.test(password)
  return variable || talkedOf.has(password.toLowerCase()) || /\*{3}|\.{3}|^your/i.test(password) ? -1 : end - 2
}
