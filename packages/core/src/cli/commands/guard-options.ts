import type { Command } from 'commander'
import { CodedError } from '../../model/errors.js'
import { DEFAULT_GUARD, type GuardLimits } from '../../retention/shrink-guard.js'

/** The options of the shrink guard, as they were given. */
export interface GuardFlags {
  readonly shrinkThreshold?: string
  readonly shrinkWindow?: string
}

export function addGuardOptions(command: Command): Command {
  return command
    .option(
      '--shrink-threshold <percent>',
      'how much less than in the best backup of late is far less (default: 20%)',
    )
    .option('--shrink-window <days>', 'of how many days that is the best (default: 30d)')
}

/**
 * What the shrink guard goes by; nothing where neither option was given.
 *
 * @throws CodedError `USAGE`
 */
export function guardOf({ shrinkThreshold, shrinkWindow }: GuardFlags): GuardLimits | undefined {
  if (shrinkThreshold === undefined && shrinkWindow === undefined) return undefined
  const percent =
    shrinkThreshold === undefined ? undefined : Number(/^(\d{1,3}(?:\.\d+)?)%?$/.exec(shrinkThreshold)?.[1])
  const days = shrinkWindow === undefined ? undefined : Number(/^(\d{1,5})d?$/.exec(shrinkWindow)?.[1])
  if (percent !== undefined && !(percent > 0 && percent <= 100))
    throw usage('--shrink-threshold', 'a percentage above 0 and at most 100, such as 20%', shrinkThreshold)
  if (days !== undefined && !(days > 0))
    throw usage('--shrink-window', 'a number of days, such as 30d', shrinkWindow)
  return {
    threshold: percent === undefined ? DEFAULT_GUARD.threshold : percent / 100,
    windowDays: days ?? DEFAULT_GUARD.windowDays,
  }
}

function usage(name: string, what: string, value = ''): CodedError {
  return new CodedError('USAGE', `${name} takes ${what}, not ${JSON.stringify(value)}`, { value })
}
