import type { Finding } from '../domain/finding.ts'
import type { Opinion } from '../domain/verdict.ts'
import type { Admitted, Scanned } from './stages.ts'
import type { DataPlane } from './world.ts'

/** Looks at everything that would reach the backend. `critical` and `high` findings deny; lower ones are only recorded. */
export function scan(admitted: Admitted, world: DataPlane): Scanned {
  const { call, request } = admitted
  const content = request.meta ? { arguments: call.arguments, _meta: request.meta.value } : { arguments: call.arguments }
  const findings = world.scanners.flatMap(scanner => scanner.scan(content))
  const opinion = opinionOf(findings)
  return { ...admitted, findings, opinions: opinion ? [...admitted.opinions, opinion] : admitted.opinions }
}

/** The pattern is named, the secret never. */
function opinionOf(findings: readonly Finding[]): Opinion | undefined {
  const worst = findings.find(finding => finding.severity === 'critical') ?? findings.find(finding => finding.severity === 'high')
  if (!worst) return undefined
  const reason = `The arguments hold what looks like ${worst.pattern} (${worst.severity}). Remove it and try again.`
  return { source: 'dlp', decision: 'deny', reasonCode: 'dlp_blocked', reason }
}
