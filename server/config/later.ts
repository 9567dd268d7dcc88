/**
 * Names that the product has but this release does not read yet, by common beginning (an empty ending is the beginning itself).
 * Setting one is told, never silently ignored. A row moves to `table.ts` when it comes into force.
 */
const families: Readonly<Record<string, string>> = {
  HTTP_REDIRECT: 'LISTEN',
  WEBHOOK: 'ALLOW_CIDRS URL SECRET MIN_SEVERITY FORMAT',
  TLS: 'CERT KEY CLIENT_CA',
  TRUSTED: 'PROXIES',
  OPA: 'URL TIMEOUT_SECONDS FAIL_CLOSED',
  POLICY: 'DEADLINE_MS DIR',
  BOOTSTRAP: 'TOKEN_TTL',
  ADMIN: 'USERNAME PASSWORD',
  AUTH: 'PROVIDER',
  CLERK: 'SECRET_KEY PUBLISHABLE_KEY ISSUER WEBHOOK_SECRET',
  OIDC: 'ISSUER JWKS_URI CLIENT_ID CLIENT_SECRET AUDIENCE',
  SAML: 'IDP_METADATA_URL',
  MFA: 'REQUIRED',
  CORS: 'ORIGINS_STR',
  SSE: 'KEEPALIVE_SECONDS',
  RATE_LIMIT: 'USER ADMIN BYPASS_KEYS',
  REDIS: 'URL STREAM',
  ESCALATION: 'HOLD_SECONDS',
  APPROVAL: 'MAX_AGE_HOURS',
  ALLOW_UNSIGNED: 'WEBHOOKS',
  SIEM: 'BACKEND ENDPOINT API_KEY SOURCETYPE INDEX',
  EVENT: 'PUBLISHER',
  NATS: 'URL STREAM CREDS_FILE',
  KAFKA: 'BROKERS CLIENT_ID TOPIC_PREFIX TLS_ENABLED SASL_MECHANISM SASL_USERNAME SASL_PASSWORD',
  EVENTBRIDGE: 'REGION BUS_NAME DETAIL_TYPE_PREFIX',
  KINESIS: 'REGION STREAM_NAME PARTITION_KEY',
  OUTBOX: 'POLL_INTERVAL_MS REAPER_STALENESS_SECONDS SHUTDOWN_DRAIN_TIMEOUT_MS',
  MAIL: 'SERVER PORT USERNAME PASSWORD FROM FROM_NAME STARTTLS SSL_TLS',
  OPENAI: 'URL',
  ANTHROPIC: 'URL',
  GEMINI: 'URL',
  OLLAMA: 'URL',
  NEMOCLAW: 'URL',
  OPENSHELL: 'URL',
  CONTROL_PLANE: 'URL SHARE MTLS CA',
  DATA_PLANE: 'TOKEN',
  LICENSE: 'KEY',
  DEPLOYMENT: 'ID',
  TENANT: 'ID',
  HEARTBEAT: 'INTERVAL',
  BUNDLE_POLL: 'MIN_SECONDS MAX_SECONDS',
  CLIENT: 'CERT KEY',
  LOCAL_ENCRYPTION_KEY: ' VERSION PREVIOUS PREVIOUS_VERSION',
  KMS: 'PROVIDER',
  AWS_KMS: 'KEY_ARN',
  METRICS: 'TOKEN',
  OTEL: 'ENDPOINT',
  SENTRY: 'DSN',
  BUDGET: 'AUTHORITY INITIAL_GRANT RATE_BASE RATE_MAX',
  JOB: 'CONCURRENCY TOKENS',
  SINGLE_TENANT: 'MODE',
  PLATFORM_OWNER: 'TENANT_ID',
  REGION: ' ',
  MULTI_REGION: 'ENABLED',
  STORAGE: 'BACKEND PATH S3_BUCKET',
  SEARCH: 'INDEX',
  OPENSEARCH: 'NODE_URL USERNAME PASSWORD INDEX_PREFIX',
  AI: 'PROVIDER MODEL API_KEY BASE_URL',
  DEMO: 'MODE',
  MCP: 'ALLOW_WRITES',
}

/** Every name of `families` in full. */
export const laterNames: ReadonlySet<string> = new Set(
  Object.entries(families).flatMap(([family, endings]) =>
    [...new Set(endings.split(' '))].map(ending => (ending === '' ? `BEHAVRY_${family}` : `BEHAVRY_${family}_${ending}`)),
  ),
)

/** Names that other commands read for themselves (SDK, `behavry bridge`, `behavry license sign`): the server passes over them in silence. */
export const elsewhereNames: ReadonlySet<string> = new Set(
  ['SERVER_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'REQUESTER_ID', 'LICENSE_PRIVATE_KEY'].map(name => `BEHAVRY_${name}`),
)

/**
 * Later names that ask for a protection (or, with another value, for its absence). Production refuses every value but this one, empty for
 * none at all, rather than start without what was asked for.
 */
export const laterGuards: Readonly<Record<string, string>> = {
  BEHAVRY_TLS_CERT: '',
  BEHAVRY_TLS_KEY: '',
  BEHAVRY_TLS_CLIENT_CA: '',
  BEHAVRY_OPA_FAIL_CLOSED: 'true',
  BEHAVRY_AUTH_PROVIDER: 'password',
  BEHAVRY_MFA_REQUIRED: 'false',
  BEHAVRY_ALLOW_UNSIGNED_WEBHOOKS: 'false',
  BEHAVRY_CONTROL_PLANE_MTLS: 'false',
  BEHAVRY_KMS_PROVIDER: 'local',
  BEHAVRY_DEMO_MODE: 'false',
}
