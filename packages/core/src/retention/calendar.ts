import { CodedError } from '../model/errors.js'

/** A length of time as a person says it, such as `1y2m10d6h`: months and years are those of the calendar. */
export interface Span {
  readonly text: string
  readonly years: number
  readonly months: number
  readonly days: number
  readonly hours: number
}

const PARTS = /^(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?$/
/** A thousand years of hours: what is longer is a slip. */
const LARGEST_NUMBER = 9_000_000

/**
 * A span from its text: years, months, weeks, days and hours, in this order, such as `30d` or `1y6m`.
 *
 * @throws CodedError `USAGE`
 */
export function parseSpan(text: string): Span {
  const parts = text === '' ? null : PARTS.exec(text)
  const [years = 0, months = 0, weeks = 0, days = 0, hours = 0] = (parts ?? [])
    .slice(1)
    .map((part) => Number((part as string | undefined) ?? 0))
  const sizes = [years, months, weeks, days, hours]
  if (parts === null || sizes.every((n) => n === 0) || sizes.some((n) => n > LARGEST_NUMBER)) {
    throw new CodedError('USAGE', `${JSON.stringify(text)} is not a length of time`, {
      value: text,
      hint: 'say years, months, weeks, days and hours in this order, such as 30d, 36h or 1y6m',
    })
  }
  return { text, years, months, days: weeks * 7 + days, hours }
}

/** The moment so long before, in UTC. Both are milliseconds since the epoch. */
export function before(time: number, { years, months, days, hours }: Span): number {
  const from = new Date(time)
  const month = from.getUTCMonth() - months
  // Where the month is shorter, its last day: a month before the 31st of March is the end of February.
  const lastDay = new Date(Date.UTC(from.getUTCFullYear() - years, month + 1, 0)).getUTCDate()
  const day = Math.min(from.getUTCDate(), lastDay)
  const start = Date.UTC(from.getUTCFullYear() - years, month, day)
  const timeOfDay = time - Date.UTC(from.getUTCFullYear(), from.getUTCMonth(), from.getUTCDate())
  return start + timeOfDay - days * 86_400_000 - hours * 3_600_000
}

/** The hour, day, month and year of a moment in UTC, and its ISO 8601 week, as texts that differ when they do. */
export const PERIODS = {
  hourly: (time: number) => new Date(time).toISOString().slice(0, 13),
  daily: (time: number) => new Date(time).toISOString().slice(0, 10),
  weekly: isoWeek,
  monthly: (time: number) => new Date(time).toISOString().slice(0, 7),
  yearly: (time: number) => new Date(time).toISOString().slice(0, 4),
} as const

/** `2026-W01`: a week begins on Monday and belongs to the year that has its Thursday. */
function isoWeek(time: number): string {
  const date = new Date(time)
  const thursday = new Date(
    Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 3 - ((date.getUTCDay() + 6) % 7)),
  )
  const year = thursday.getUTCFullYear()
  const week = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000))
  return `${year}-W${String(week).padStart(2, '0')}`
}
