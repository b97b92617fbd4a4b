import { CodedError } from '../../model/errors.js'
import { parseSpan } from '../../retention/calendar.js'
import type { Policy } from '../../retention/policy.js'

const COUNTS = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const

/**
 * A retention policy in one line: `keep-daily=30,keep-monthly=12,keep-within=30d`, with the names of the options of `forget`.
 *
 * @throws CodedError `USAGE`
 */
export function parseRetention(text: string): Policy {
  const policy: { -readonly [Name in keyof Policy]: Policy[Name] } = {}
  for (const part of text.split(',').map((one) => one.trim())) {
    const [, name = '', value = ''] = /^keep-([a-z]+)=(\w+)$/.exec(part) ?? []
    const counted = COUNTS.find((one) => one === name)
    if (name === 'within') policy.within = parseSpan(value)
    else if (counted !== undefined && /^[1-9]\d{0,4}$/.test(value)) policy[counted] = Number(value)
    else throw refused(text, part)
  }
  return policy
}

function refused(text: string, part: string): CodedError {
  return new CodedError('USAGE', `this is no retention: "${part}"`, {
    value: text,
    hint: `parts as keep-daily=30 or keep-within=30d, with commas between them; the names are keep-within and ${COUNTS.map((name) => `keep-${name}`).join(', ')}`,
  })
}
