import type { AskAccount } from '../actions/context.js'
import { type Arn, parseArn } from '../restore/references/arn.js'
import type { CheckReference, ReferenceCheck } from '../restore/references/check-reference.js'
import { failureText, type ServiceSettings, type SettingsOf, unknown } from './aws-service.js'
import { checkCertificate } from './certificate.js'
import { checkFunction } from './function.js'
import { checkIdentity } from './identity.js'
import { checkKey } from './key.js'
import { checkRole } from './role.js'

interface Check {
  /** The service as the SDK names it. */
  readonly service: string
  /** Whether it looks in the caller's account only, so that what is of another cannot be looked for. */
  readonly ownAccount: boolean
  readonly check: (arn: string, settings: ServiceSettings, signal: AbortSignal) => Promise<ReferenceCheck>
}

/** By the service and the kind of resource that an ARN names. */
const CHECKS: Readonly<Record<string, Check>> = {
  'lambda function': { service: 'LAMBDA', ownAccount: false, check: checkFunction },
  'kms alias': { service: 'KMS', ownAccount: false, check: checkKey },
  'kms key': { service: 'KMS', ownAccount: false, check: checkKey },
  'iam role': { service: 'IAM', ownAccount: true, check: checkRole },
  'acm certificate': { service: 'ACM', ownAccount: true, check: checkCertificate },
  'ses identity': { service: 'SESV2', ownAccount: true, check: checkIdentity },
}

/**
 * Looks outside the pool with clients of the SDK, which are loaded when they are first needed. What lies in another account is not
 * taken for missing where only the own one can be looked at.
 *
 * @param region the one that services without Regions are asked in
 */
export function createReferenceChecker(
  settingsOf: SettingsOf,
  askAccount: AskAccount,
  region: string,
): CheckReference {
  return async (text, signal) => {
    const arn = parseArn(text)
    if (arn === undefined) return unknown('it is no ARN')
    const check = CHECKS[`${arn.service} ${kindOf(arn)}`]
    if (check === undefined) return unknown(`nothing checks what is of ${arn.service}`)
    const settings = settingsOf(check.service, arn.region === '' ? region : arn.region)
    if ('unknown' in settings) return unknown(settings.unknown)
    try {
      if (check.ownAccount) {
        const account = await askAccount()
        if ('unknown' in account) return unknown('the account is not known')
        if (account.id !== arn.account) return unknown('it is of another account')
      }
      return await check.check(text, settings, signal)
    } catch (error) {
      signal.throwIfAborted()
      return unknown(failureText(error))
    }
  }
}

function kindOf({ resource }: Arn): string {
  return /^[^:/]*/.exec(resource)?.[0] ?? ''
}
