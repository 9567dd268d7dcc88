import type { PolicyInput } from '../domain/policy.ts'

const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

/** The time as policies see it: UTC; business hours are Monday to Friday, 09:00 to 17:00. */
export function policyTime(now: number): PolicyInput['context']['time'] {
  const date = new Date(now)
  const hour = date.getUTCHours()
  const day = date.getUTCDay()
  return {
    rfc3339: date.toISOString(),
    hour,
    weekday: weekdays[day] ?? 'sunday',
    business_hours: day >= 1 && day <= 5 && hour >= 9 && hour < 17,
  }
}
