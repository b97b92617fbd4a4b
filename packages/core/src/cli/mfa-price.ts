import type { AgreeToMfa, MfaPrice } from '../actions/second-factors.js'
import { CodedError } from '../model/errors.js'
import type { CommandRun } from './commands/command.js'
import { canAsk, confirm } from './confirm.js'
import { mauPrices } from './render-plan.js'
import { count, counted, printable, wrap } from './render-text.js'

/** The option by which second factors are asked for. */
export const MFA_OPTION = [
  '--mfa <capture>',
  'capture: also read the second factors of users, each of whom is billed as monthly active; shows the price first',
] as const

/** @throws CodedError `USAGE` for anything but `capture` */
export function capturesMfa(value: string | undefined): boolean {
  if (value === undefined || value === 'capture') return value !== undefined
  throw new CodedError('USAGE', '--mfa takes capture', {
    value,
    hint: 'without it second factors are not read, and nobody becomes monthly active',
  })
}

/**
 * Shows the price and asks, unless that was answered beforehand.
 *
 * @param again the command that `--yes` is to be added to, for who has no terminal to be asked on; without it there is none, as
 *   `--yes` would do more than agree to the price
 * @throws CodedError `CONFIRMATION_NEEDED` where nobody could be asked, before anything is read
 */
export function agreesToMfa(
  run: CommandRun,
  { yes, again }: { readonly yes: boolean | undefined; readonly again: string | undefined },
): AgreeToMfa {
  if (yes !== true && !canAsk(run.io)) {
    throw new CodedError(
      'CONFIRMATION_NEEDED',
      'reading second factors costs money, so it has to be confirmed, and there is no terminal to ask on',
      {
        hint: `see the price: cognito-vault estimate backup --pool ID --mfa capture; agree to it: ${again === undefined ? 'run the same command on a terminal' : `${again} --yes`}`,
      },
    )
  }
  return async (price) => {
    run.show(`${mfaPriceText(price, run.columns)}\n`)
    return yes === true || confirm(run.io, 'Type yes to read them at this price: ')
  }
}

function mfaPriceText({ poolId, users, isCounted, tier }: MfaPrice, columns: number): string {
  const pool = printable(poolId)
  if (isCounted === true) {
    const more = `${pool} has more users than Cognito had estimated: ${counted(users, 'user')}. ${tierText({ mau: users, tier })}`
    return wrap(more, columns, '  ')
  }
  const what = `Second factors of ${pool} are read by AdminGetUser, which makes each user monthly active: about ${counted(users, 'user')}. ${tierText({ mau: users, tier })}`
  return wrap(what, columns, '  ')
}

/** What users cost at list price in the pool's own plan, or in each where that is not known. */
export function tierText({ mau, tier }: { readonly mau: number; readonly tier: string }): string {
  const prices = Object.entries(mauPrices(mau))
  const own = prices.filter(([name]) => name.toUpperCase() === tier)
  const shown = (own.length > 0 ? own : prices).map(
    ([name, price]) => `${name} $${price.toLocaleString('en-US', { minimumFractionDigits: 2 })}`,
  )
  const whose = own.length > 0 ? 'In the plan of the pool, at list price' : 'At list price'
  return `${whose}: at most ${shown.join(', ')} for ${count(mau)}; whoever is active this month anyway costs no more`
}
