import type { PlannedOperation } from '../cognito/operation.js'
import type { PlanOptions } from '../restore/plan-options.js'
import { planSurvivor } from '../restore/plan-survivor.js'
import type { Step } from '../restore/step.js'
import { type ViewedUser, viewOf } from './user-views.js'

export interface SurvivorOptions extends Partial<PlanOptions> {
  readonly complete?: boolean
  readonly samePool?: boolean
  readonly isRequired?: boolean
}

/** The step, if any, for a user who is there on both sides, in place unless told otherwise. For tests. */
export function plannedSurvivor(
  wanted: ViewedUser,
  current: ViewedUser,
  { complete = true, samePool = true, isRequired = false, ...options }: SurvivorOptions = {},
): Step | undefined {
  const [step, ...others] = planSurvivor(viewOf(wanted), viewOf(current), {
    options: { mode: 'in-place', deleteExtra: false, deleteNewer: false, noWidening: false, ...options },
    snapshot: { complete, takenAt: '2026-11-01T00:00:00.000Z' },
    rules: { usernameAttributes: [], caseSensitive: true },
    groups: new Set(['admins', 'buyers', 'testers']),
    roles: new Map([['admins', 'arn:role']]),
    samePool,
    providers: new Set(['Corp', 'Partner']),
    mfaFactors: [],
    mfa: { factors: ['SMS_MFA', 'EMAIL_OTP'], isRequired },
    recovery: { recovery: ['email', 'phone_number'], codes: [], sparesSecondFactor: true },
    mutableAttributes: new Set([
      'email',
      'email_verified',
      'phone_number',
      'phone_number_verified',
      'nickname',
      'custom:plan',
    ]),
  })
  if (others.length > 0) throw new Error('one user has two steps')
  return step
}

/** The call that sets attributes of `ann`. For tests. */
export function attributesUpdate(
  values: Record<string, string>,
  expects: Record<string, string | null> = {},
): PlannedOperation {
  return {
    operation: 'AdminUpdateUserAttributes',
    input: {
      UserPoolId: { $ref: 'pool' },
      Username: 'ann',
      UserAttributes: Object.entries(values).map(([Name, Value]) => ({ Name, Value })),
    },
    expects: { ...expects, sub: 'sub-1' },
  }
}
