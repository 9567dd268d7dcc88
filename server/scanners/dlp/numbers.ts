import { ibanLengths, isCardNumber, passesMod97 } from './checksums.ts'
import type { Pattern } from './pattern.ts'

const bounded = 'begins only where a run of digits or letters begins and is at most 70 characters long: each start costs a constant'

/** Numbers of people and accounts: found by form, confirmed by checksum or range. */
export const numbers: readonly Pattern[] = [
  {
    name: 'credit_card',
    category: 'financial',
    severity: 'high',
    keywords: [],
    pattern: /(?<![A-Za-z0-9])(?<!\d\.)(?:\d{13,19}|\d{4}([ .-])\d{4}\1\d{4}\1\d{1,7}|\d{4}([ .-])\d{6}\2\d{4,5})(?![A-Za-z0-9])/g,
    linear: bounded,
    endOf: (text, start, end) => (isCardNumber(text.slice(start, end).replace(/\D/g, '')) ? end : -1),
    examples: {
      yes: [
        '4111 1111 1111 1111',
        '4111111111111111',
        'pan=5500-0055-5555-5559.',
        '378282246310005',
        '3782 822463 10005',
        'qty 12 6011000990139424',
      ],
      no: [
        '4111111111111112',
        '0000 0000 0000 0000',
        '1234567890123456',
        '41111111111111111111',
        'a4111111111111111',
        '0.4111111111111111',
        '9999999999999995',
      ],
    },
  },
  {
    name: 'iban',
    category: 'financial',
    severity: 'medium',
    keywords: [],
    pattern: /(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ -]?[A-Za-z0-9]){11,30}/g,
    linear: bounded,
    endOf: endOfIban,
    examples: {
      yes: [
        'DE89 3704 0044 0532 0130 00',
        'pay GB29NWBK60161331926819 now',
        'GB29 NWBK 6016 1331 9268 19 AND MORE',
        'de89370400440532013000',
        'AB12 DE89370400440532013000',
      ],
      no: ['DE89 3704 0044 0532 0130 01', 'XX8937040044053201300000', 'DE8937040044053201300', 'DE893704004405320130001'],
    },
  },
  {
    name: 'us_ssn',
    category: 'pii',
    severity: 'high',
    keywords: [],
    pattern: /(?<![A-Za-z0-9.-])(?!000|666|9)\d{3}([- ])(?!00)\d{2}\1(?!0000)\d{4}(?![A-Za-z0-9-])/g,
    linear: bounded,
    endOf: (text, start, end) => (advertised.has(text.slice(start, end).replace(/\D/g, '')) ? -1 : end),
    examples: {
      yes: ['SSN 536-22-1847', '536 22 1847', '(219-09-9998)'],
      no: [
        '000-12-3456',
        '666-12-3456',
        '900-12-3456',
        '536-00-1847',
        '536-22-0000',
        '078-05-1120',
        '219-09-9999',
        '536-22 1847',
        '1536-22-1847',
        '536221847',
      ],
    },
  },
]

/** Numbers that were printed in advertisements and belong to nobody (SSA, "Misused SSNs"). */
const advertised = new Set(['078051120', '219099999', '457555462'])

/** The match may run on into the next words: the country says how long it is. */
function endOfIban(text: string, start: number, end: number): number {
  const length = ibanLengths.get(text.slice(start, start + 2).toUpperCase()) ?? 0
  let iban = ''
  let at = start
  for (; at < end && iban.length < length; at++) {
    if (!/[ -]/.test(text.charAt(at))) iban += text.charAt(at).toUpperCase()
  }
  const whole = length > 0 && iban.length === length && !/[A-Za-z0-9]/.test(text.charAt(at))
  return whole && passesMod97(iban) ? at : -1
}
