import type { Secret } from '../domain/secret.ts'
import type { Draft } from './config.ts'
import { publicHalf } from './key-kinds.ts'
import { isLoopback } from './network-kinds.ts'
import { fault, type Notice, type NoticeCode, warning } from './notice.ts'
import type { Sources } from './sources.ts'

/** What a rule may look at: the values that could be read, and what was set at all (well or badly). */
export interface Facts {
  readonly draft: Draft
  readonly isSet: (name: string) => boolean
  readonly env: Sources['env']
}

interface Rule {
  /** The variable that is named in the notice. */
  readonly name: string
  readonly production: 'fault' | NoticeCode
  /** `quiet`, a fault as well, or a warning of that code. */
  readonly development: 'fault' | 'quiet' | NoticeCode
  readonly broken: (facts: Facts) => boolean
  /** Continues the sentence that begins with the name, and names the fix. */
  readonly text: string
}

const rules: readonly Rule[] = [
  {
    name: 'BEHAVRY_DEPLOYMENT_MODE',
    production: 'fault',
    development: 'fault',
    broken: ({ draft }) => draft.deploymentMode !== undefined && draft.deploymentMode !== 'standalone',
    text: 'names a mode that is not yet in this release: only `standalone` is',
  },
  {
    name: 'BEHAVRY_LISTEN',
    production: 'fault',
    development: 'config.weak',
    broken: ({ draft }) => draft.listen !== undefined && !isLoopback(draft.listen.host) && draft.allowPlaintext === false,
    text: 'leaves loopback in plain text: put a TLS proxy in front and set BEHAVRY_ALLOW_PLAINTEXT=true, or listen on loopback',
  },
  {
    name: 'BEHAVRY_RLS_ENABLE',
    production: 'fault',
    development: 'config.weak',
    broken: ({ draft }) => draft.rlsEnable === false,
    text: 'switches row-level security off, which production refuses: leave it unset',
  },
  {
    name: 'BEHAVRY_DB_URL',
    production: 'fault',
    development: 'quiet',
    broken: ({ draft }) => skipsVerification(draft.dbUrl),
    text: 'switches TLS verification off (`sslmode=no-verify`): use `verify-full`',
  },
  {
    name: 'BEHAVRY_DB_DIRECT_URL',
    production: 'fault',
    development: 'quiet',
    broken: ({ draft }) => skipsVerification(draft.dbDirectUrl),
    text: 'switches TLS verification off (`sslmode=no-verify`): use `verify-full`',
  },
  {
    name: 'NODE_TLS_REJECT_UNAUTHORIZED',
    production: 'fault',
    development: 'config.weak',
    broken: ({ env }) => env.NODE_TLS_REJECT_UNAUTHORIZED === '0',
    text: 'switches TLS verification off for every connection: unset it',
  },
  {
    name: 'BEHAVRY_DB_DIRECT_URL',
    production: 'fault',
    development: 'fault',
    broken: ({ isSet }) => isSet('BEHAVRY_DB_DIRECT_URL') && !isSet('BEHAVRY_DB_URL'),
    text: 'needs BEHAVRY_DB_URL, or the embedded database would be used beside it',
  },
  {
    name: 'BEHAVRY_DB_PASSWORD',
    production: 'config.ignored',
    development: 'config.ignored',
    broken: ({ draft, isSet }) => isSet('BEHAVRY_DB_PASSWORD') && (!isSet('BEHAVRY_DB_URL') || hasPassword(draft.dbUrl)),
    text: 'is ignored: BEHAVRY_DB_URL is unset or has a password of its own',
  },
  {
    name: 'BEHAVRY_PG_BIN',
    production: 'config.ignored',
    development: 'config.ignored',
    broken: ({ isSet }) => isSet('BEHAVRY_PG_BIN') && isSet('BEHAVRY_DB_URL'),
    text: 'is ignored: BEHAVRY_DB_URL names an external database',
  },
  {
    name: 'BEHAVRY_JWT_PUBLIC_KEY',
    production: 'fault',
    development: 'fault',
    broken: ({ isSet }) => isSet('BEHAVRY_JWT_PUBLIC_KEY') && !isSet('BEHAVRY_JWT_PRIVATE_KEY'),
    text: 'needs BEHAVRY_JWT_PRIVATE_KEY beside it',
  },
  {
    name: 'BEHAVRY_JWT_PUBLIC_KEY',
    production: 'fault',
    development: 'fault',
    broken: ({ draft }) => Boolean(draft.jwtPrivateKey && draft.jwtPublicKey && publicHalf(draft.jwtPrivateKey) !== draft.jwtPublicKey),
    text: 'is not the public half of BEHAVRY_JWT_PRIVATE_KEY: unset it, and it is derived',
  },
]

/** What fails between variables, and what production forbids. */
export function checkRules(facts: Facts, production: boolean): readonly Notice[] {
  return rules.flatMap(rule => {
    const severity = production ? rule.production : rule.development
    if (severity === 'quiet' || !rule.broken(facts)) return []
    return [severity === 'fault' ? fault(rule.name, rule.text) : warning(rule.name, rule.text, severity)]
  })
}

function skipsVerification(url: Secret | undefined): boolean {
  return url !== undefined && new URL(url.reveal()).searchParams.get('sslmode') === 'no-verify'
}

function hasPassword(url: Secret | undefined): boolean {
  return url !== undefined && new URL(url.reveal()).password !== ''
}
