/** The words that users of AWS' own Cognito backup know. */
export const FREQUENCIES = ['EVERY_DAY', 'EVERY_7_DAYS', 'EVERY_30_DAYS'] as const

/**
 * What is wrong with a schedule, by the grammar that the EventBridge Scheduler User Guide gives under "Schedule types": one of the words,
 * `rate(VALUE UNIT)`, or `cron(MINUTES HOURS DAY-OF-MONTH MONTH DAY-OF-WEEK YEAR)`. `undefined` where nothing is.
 */
export function scheduleFault(text: string): string | undefined {
  if (FREQUENCIES.some((word) => word === text)) return undefined
  const [, kind, inner = ''] = /^(rate|cron)\((.*)\)$/.exec(text) ?? []
  if (kind === 'rate') return rateFault(inner)
  if (kind === 'cron') return cronFault(inner.split(/\s+/))
  return `it is none of ${FREQUENCIES.join(', ')}, rate(…) and cron(…)`
}

/** The unit agrees with the value, as the older rules of EventBridge demand and Scheduler takes. */
function rateFault(inner: string): string | undefined {
  const [, value, unit = '', plural] = /^([1-9]\d{0,8}) (minute|hour|day)(s?)$/.exec(inner) ?? []
  if (value === undefined) return 'a rate is a whole number from 1 and a unit, such as rate(12 hours)'
  if ((value === '1') === (plural === '')) return undefined
  return `write rate(${value} ${unit}${value === '1' ? '' : 's'})`
}

interface Field {
  readonly name: string
  readonly from: number
  readonly to: number
  /** Names of values, the first of which is `from`. */
  readonly names?: readonly string[]
  /** What it may be beside lists of values, ranges and steps. */
  readonly also?: RegExp
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

const FIELDS: readonly Field[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31, also: /^(\?|L|LW|([1-9]|[12]\d|3[01])W)$/ },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  {
    name: 'day of week',
    from: 1,
    to: 7,
    names: DAYS,
    also: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/,
  },
  { name: 'year', from: 1970, to: 2199 },
]

function cronFault(fields: readonly string[]): string | undefined {
  if (fields.length !== FIELDS.length || fields.includes(''))
    return `cron takes six fields: ${FIELDS.map(({ name }) => name).join(', ')}`
  for (const [at, field] of FIELDS.entries()) {
    const text = fields[at] ?? ''
    if (!fits(text, field)) return `${JSON.stringify(text)} is no value of ${field.name}`
  }
  const [, , dayOfMonth, , dayOfWeek] = fields
  if ((dayOfMonth === '?') !== (dayOfWeek === '?')) return undefined
  return 'one of day of month and day of week has to be ?, and the other not'
}

function fits(text: string, field: Field): boolean {
  return field.also?.test(text) === true || text.split(',').every((part) => fitsPart(part, field))
}

/** `*`, a value, a range, or one of them with a step. */
function fitsPart(part: string, field: Field): boolean {
  const [base = '', step, more] = part.split('/')
  if (more !== undefined) return false
  if (step !== undefined && !(/^\d{1,4}$/.test(step) && Number(step) >= 1 && Number(step) <= field.to))
    return false
  if (base === '*') return true
  const [first = '', last, third] = base.split('-')
  return third === undefined && isValue(first, field) && (last === undefined || isValue(last, field))
}

function isValue(text: string, { from, to, names = [] }: Field): boolean {
  if (names.includes(text)) return true
  return /^\d{1,4}$/.test(text) && Number(text) >= from && Number(text) <= to
}
