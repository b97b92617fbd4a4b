import type { ResourceSet } from '../cognito/resource-set.js'
import { text } from '../cognito/canonical-body.js'
import type { PlannedOperation } from '../cognito/operation.js'
import { attributesOf, userOf, type UserView } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'
import type { Note } from './fidelity-notes.js'
import { factorsAllowedBy, type MfaPlanning } from './mfa-factors.js'
import {
  type Factors,
  factorsIn,
  type FactorSetting,
  isSettable,
  mfaState,
  NO_FACTORS,
  SETTABLE,
  settingMembers,
  TOTP,
} from './mfa-preference.js'
import type { PlanOptions } from './plan-options.js'
import { userCall } from './user-calls.js'
import type { UserPlanning } from './user-planning.js'

/** What the target has, or will have by then: an existing pool keeps its own settings, and a repair never makes MFA required. */
export function mfaOfTarget(wanted: ResourceSet, current: ResourceSet, { mode }: PlanOptions): MfaPlanning {
  const [first, second] = mode === 'existing-pool' ? [current, wanted] : [wanted, current]
  const mfa = (first.one('mfa') ?? second.one('mfa'))?.body ?? {}
  const pool = (first.one('pool') ?? second.one('pool'))?.body ?? {}
  const now = current.one('mfa')?.body ?? {}
  const isRequired = (body: JsonObject): boolean => text(body, 'MfaConfiguration') === 'ON'
  const staysAsItIs = mode === 'in-place' && isRequired(mfa)
  const { MfaConfiguration: level = 'OFF' } = staysAsItIs ? now : mfa
  return {
    factors: factorsAllowedBy({ ...mfa, MfaConfiguration: level }, pool),
    isRequired: isRequired(mfa) || isRequired(now),
  }
}

/** What is done about second factors, and what is to be said. */
export interface PlannedMfa {
  readonly operations: readonly PlannedOperation[]
  readonly notes: readonly Note[]
  /** The addresses to which codes of second factors go, when all is done. */
  readonly codesTo: readonly string[]
}

const NOTHING: PlannedMfa = { operations: [], notes: [], codesTo: [] }

/** Puts SMS and email back for a user who is made; of the rest it says what the user has to do. */
export function mfaOfNewUser(
  view: UserView,
  username: string | JsonObject,
  { mfa: target, mfaFactors }: Pick<UserPlanning, 'mfa' | 'mfaFactors'>,
): PlannedMfa {
  if (view.mfa === undefined)
    return mfaFactors.length === 0
      ? NOTHING
      : { ...NOTHING, notes: [{ code: 'mfa-not-known', detail: mfaFactors.join(', ') }] }
  const wanted = factorsIn(view.mfa)
  const { possible, notes } = whatCanBeOn(wanted, attributesOf(userOf(view)), target)
  const settings = possible.map((factor) => ({
    factor,
    enabled: true,
    preferred: wanted.preferred === factor,
  }))
  return {
    operations: settings.length === 0 ? [] : [preferenceCall(username, settings, NO_FACTORS)],
    notes: [...notes, ...toEnrol(wanted, { on: [], registered: [] })],
    codesTo: possible.map((factor) => SETTABLE[factor].address),
  }
}

/** Puts the factors of a user who lives back, where both sides know them. */
export function mfaOfSurvivor(
  wantedView: UserView,
  currentView: UserView,
  username: string,
  { mfa: target, options, snapshot }: Pick<UserPlanning, 'mfa' | 'options' | 'snapshot'>,
): PlannedMfa {
  if (wantedView.mfa === undefined || currentView.mfa === undefined) return NOTHING
  const [wanted, now] = [factorsIn(wantedView.mfa), factorsIn(currentView.mfa)]
  const lacking = { ...wanted, on: wanted.on.filter((factor) => !now.on.includes(factor)) }
  const { possible, notes } = whatCanBeOn(lacking, attributesOf(userOf(wantedView)), target)
  const extra = now.on.filter((factor) => !wanted.on.includes(factor))
  const removes = options.deleteExtra && snapshot.complete && !target.isRequired
  const removable = removes ? extra.filter(isSettable) : []
  const removed = options.noWidening ? [] : removable
  const on = [...now.on.filter((factor) => !removed.some((one) => one === factor)), ...possible]
  const settings = [...turned(possible, wanted), ...preferring(wanted, now, on, possible), ...off(removed)]
  const left = [
    ...extra.filter((factor) => !removable.some((one) => one === factor)),
    ...now.registered.filter((factor) => !wanted.registered.includes(factor)),
  ]
  return {
    operations:
      settings.length === 0
        ? []
        : [
            {
              ...preferenceCall(username, settings, mfaState(now)),
              ...(removed.length > 0 ? { widens: 'looser-mfa' as const } : {}),
            },
          ],
    notes: [
      ...notes,
      ...toEnrol(wanted, now),
      ...(left.length > 0 ? [{ code: 'mfa-left', detail: left.join(', ') } as const] : []),
      ...(removable.length > removed.length
        ? [{ code: 'widening-left-out', detail: removable.join(', ') } as const]
        : []),
    ],
    codesTo: [],
  }
}

function turned(factors: readonly string[], { preferred }: Factors): FactorSetting[] {
  return factors.map((factor) => ({ factor, enabled: true, preferred: preferred === factor }))
}

function off(factors: readonly string[]): FactorSetting[] {
  return factors.map((factor) => ({ factor, enabled: false, preferred: false }))
}

/** Which factor is asked for first, where that alone differs; an authenticator app only while it is on. */
function preferring(
  wanted: Factors,
  now: Factors,
  on: readonly string[],
  set: readonly string[],
): FactorSetting[] {
  const { preferred } = wanted
  if (preferred === now.preferred) return []
  const canBeSet = (factor: string): boolean =>
    on.includes(factor) && !set.includes(factor) && (isSettable(factor) || factor === TOTP)
  if (preferred !== null)
    return canBeSet(preferred) ? [{ factor: preferred, enabled: true, preferred: true }] : []
  const { preferred: other } = now
  // What the snapshot does not have is left as it is.
  return other !== null && wanted.on.includes(other) && canBeSet(other)
    ? [{ factor: other, enabled: true, preferred: false }]
    : []
}

/** Of the factors that are to be on, those that can be turned on; and of the others why not. */
function whatCanBeOn(
  wanted: Pick<Factors, 'on' | 'preferred'>,
  attributes: ReadonlyMap<string, string>,
  target: MfaPlanning,
): { possible: (keyof typeof SETTABLE)[]; notes: Note[] } {
  const settable = wanted.on.filter(isSettable)
  const offered = settable.filter((factor) => target.factors.includes(factor))
  const possible = offered.filter((factor) => (attributes.get(SETTABLE[factor].address) ?? '') !== '')
  const notes: Note[] = []
  const missing = settable.filter((factor) => !offered.includes(factor))
  if (missing.length > 0) notes.push({ code: 'mfa-factor-missing', detail: named(missing, wanted) })
  const aimless = offered.filter((factor) => !possible.includes(factor))
  if (aimless.length > 0) notes.push({ code: 'mfa-without-address', detail: named(aimless, wanted) })
  return { possible, notes }
}

/** What only the user can set up again. */
function toEnrol(wanted: Factors, now: Pick<Factors, 'on' | 'registered'>): Note[] {
  const lost = [
    ...wanted.on.filter((factor) => !isSettable(factor) && !now.on.includes(factor)),
    ...wanted.registered.filter((factor) => !now.registered.includes(factor)),
  ]
  if (lost.length === 0) return []
  return [{ code: 'mfa-enrol-again', detail: named(lost, wanted) }]
}

function named(factors: readonly string[], { preferred }: Pick<Factors, 'preferred'>): string {
  return factors.map((factor) => (factor === preferred ? `${factor} (preferred)` : factor)).join(', ')
}

function preferenceCall(
  username: string | JsonObject,
  settings: readonly FactorSetting[],
  expects: JsonObject,
): PlannedOperation {
  const call = userCall('AdminSetUserMFAPreference', username)
  return { ...call, input: { ...call.input, ...settingMembers(settings) }, expects }
}
