import { text } from '../cognito/canonical-body.js'
import type { PlannedOperation } from '../cognito/operation.js'
import { POOL_REF, ref, userRef } from '../cognito/operation.js'
import { loginOf } from '../diff/login.js'
import { attributesOf, userOf, type UserView } from '../diff/user-view.js'
import type { JsonObject } from '../model/canonical.js'
import { isFederatedProfile } from './federated-profile.js'
import { chooseEngine } from './engines/choose-engine.js'
import type { Note } from './fidelity-notes.js'
import { obstacleToRecovery } from './locked-out.js'
import { linksOfNewUser } from './plan-links.js'
import { mfaOfNewUser } from './plan-mfa.js'
import { notesOfMigrating } from './migration.js'
import { planExtraUser } from './plan-extras.js'
import { planSurvivor } from './plan-survivor.js'
import type { ReachedUser, UserPair } from './reach/reach.js'
import type { Step, StepEngine } from './step.js'
import { addToGroup, isServiceWritten, userCall } from './user-calls.js'
import type { UserPlanning } from './user-planning.js'

/**
 * The steps for the users, from the pairs that the restore reaches. Pure; yields nothing for a
 * user who is as the snapshot has it, so that a plan is as large as what has changed.
 */
export async function* planUsers(
  reached: AsyncIterable<ReachedUser>,
  planning: UserPlanning,
): AsyncGenerator<Step> {
  for await (const { pair, notes, isLeft = false, isExtra = false } of reached) {
    if (pair.left !== undefined && planning.isErased?.(pair.left) === true)
      yield* leftErased(isLeft ? [leftAsTold(pair, notes)] : planUser(pair, planning))
    else if (isLeft) yield leftAsTold(pair, notes)
    // An existing pool is only added to.
    else if (isExtra && planning.options.mode === 'existing-pool') continue
    else if (isExtra) yield* asExtra(planUser(pair, planning))
    else yield* withNotes(planUser(pair, planning), notes)
  }
}

function* asExtra(steps: Iterable<Step>): Generator<Step> {
  for (const step of steps) yield { ...step, phase: 'delete' }
}

function* planUser({ left, right }: UserPair, planning: UserPlanning): Generator<Step> {
  if (left === undefined) yield* planExtraUser(right, planning)
  else if (right === undefined) yield planNewUser(left, planning)
  else yield* planSurvivor(left, right, planning)
}

function* withNotes(steps: Iterable<Step>, notes: readonly Note[]): Generator<Step> {
  for (const step of steps) yield notes.length === 0 ? step : { ...step, notes: [...step.notes, ...notes] }
}

/** Of what there would be to do for an erased user nothing is done; who is as in the snapshot is left without a word. */
function* leftErased(steps: Iterable<Step>): Generator<Step> {
  for (const { phase, subject } of steps) {
    yield { phase, subject, operations: [], notes: [{ code: 'erased' }] }
    return
  }
}

function leftAsTold({ left, right }: UserPair, notes: readonly Note[]): Step {
  const view = left ?? right
  const phase = left === undefined ? 'delete' : 'users'
  const subject = { kind: 'user', id: view.sub, username: text(userOf(view), 'Username') }
  return { phase, subject, operations: [], notes }
}

/** Statuses that are reached by making the user and setting a password. */
const WITH_PASSWORD = ['CONFIRMED', 'RESET_REQUIRED', 'COMPROMISED']
/** Statuses that no operation of an administrator gives. */
const UNREACHABLE: Readonly<Record<string, Note['code']>> = {
  UNCONFIRMED: 'unconfirmed-user',
  EXTERNAL_PROVIDER: 'federated-user',
}

function planNewUser(view: UserView, planning: UserPlanning): Step {
  const user = userOf(view)
  const status = text(user, 'UserStatus')
  const subject = { kind: 'user', id: view.sub, username: text(user, 'Username') }
  const report = (code: Note['code'], detail?: string): Step => ({
    phase: 'users',
    subject,
    operations: [],
    notes: [{ code, ...(detail === undefined ? {} : { detail }) }],
  })

  const unreachable = isFederatedProfile(user) ? 'federated-user' : UNREACHABLE[status]
  if (unreachable !== undefined) return report(unreachable)
  if (!WITH_PASSWORD.includes(status) && status !== 'FORCE_CHANGE_PASSWORD')
    return report('unknown-status', status)
  const login = loginOf(user, planning.rules)
  if (login === undefined) return report('no-login')
  if (view.migrates === true)
    return { phase: 'users', subject, operations: [], notes: notesOfMigrating(view) }
  const lives = planning.options.mode !== 'new-pool'
  if (lives && planning.options.noWidening) return report('not-made-again')
  const groups = view.groups.filter((group) => planning.groups.has(group))
  const creation = createUser(view.sub, login, user, { lives, keepSub: planning.options.keepSub })
  const mfa = mfaOfNewUser(view, ref(userRef(view.sub)), planning)
  const links = linksOfNewUser(user, ref(userRef(view.sub)), planning)
  // Who signs in through a provider needs no password.
  const obstacle =
    links.operations.length > 0 ? [] : obstacleToRecovery(attributesOf(user), planning.recovery, mfa.codesTo)
  const ifCalled = [...passwordNotes(status), ...obstacle]
  const setsFactors = mfa.operations.length > 0
  const engine = engineOf(creation, user, { status, ifCalled, obstacle, setsFactors }, planning)
  return {
    phase: engine?.kind === 'import' ? 'import' : 'users',
    subject,
    operations: [
      creation,
      // First, so that nobody who was shut out can ask for a password, or holds what groups give, for a moment.
      ...(user['Enabled'] === false ? [userCall('AdminDisableUser', ref(userRef(view.sub)))] : []),
      ...(WITH_PASSWORD.includes(status) ? [setPassword(view.sub)] : []),
      // Before there are groups, whose rights a second factor guards.
      ...mfa.operations,
      ...links.operations,
      ...groups.map((group) =>
        addToGroup(ref(userRef(view.sub)), group, { role: planning.roles.get(group), lives }),
      ),
    ],
    notes: notesOfNewUser(
      view,
      [...(engine?.kind === 'import' ? [] : ifCalled), ...links.notes],
      mfa.notes,
      planning,
      groups,
    ),
    ...(engine === undefined ? {} : { engine }),
  }
}

function engineOf(
  creation: PlannedOperation,
  user: JsonObject,
  said: {
    readonly status: string
    readonly ifCalled: readonly Note[]
    readonly obstacle: readonly Note[]
    readonly setsFactors: boolean
  },
  { engine }: UserPlanning,
): StepEngine | undefined {
  if (engine === undefined) return undefined
  const { status, ifCalled, obstacle, setsFactors } = said
  const isEnabled = user['Enabled'] !== false
  const chosen = chooseEngine({ creation: creation.input, isEnabled, status, ifCalled }, engine)
  if (chosen.kind !== 'import') return chosen
  const imported = { ...chosen, ifImported: [...chosen.ifImported, ...obstacle] }
  // Until such a user has chosen a password, no second factor can be set.
  return setsFactors && imported.status === 'RESET_REQUIRED'
    ? { kind: 'api', why: 'second-factor', ifHashed: imported }
    : imported
}

/** What the report says of the password of a user whom the API made. */
function passwordNotes(status: string): Note[] {
  if (status === 'FORCE_CHANGE_PASSWORD') return [{ code: 'temporary-password-unknown' }]
  return [{ code: status === 'RESET_REQUIRED' ? 'reset-required-became-confirmed' : 'password-unknown' }]
}

function createUser(
  sub: string,
  login: string,
  user: JsonObject,
  { lives, keepSub }: { readonly lives: boolean; readonly keepSub: string | undefined },
): PlannedOperation {
  const attributes = [...attributesOf(user)].filter(([name]) => !isServiceWritten(name) && name !== keepSub)
  const kept = keepSub === undefined ? [] : [[keepSub, attributesOf(user).get(keepSub) || sub] as const]
  return {
    operation: 'AdminCreateUser',
    input: {
      UserPoolId: ref(POOL_REF),
      Username: login,
      UserAttributes: [...attributes, ...kept].map(([Name, Value]) => ({ Name, Value })),
      // Without one, a pool that takes users without passwords makes them as if they had signed up.
      TemporaryPassword: ref('random-password'),
      MessageAction: 'SUPPRESS',
      ClientMetadata: { 'cognito-vault-run': ref('run') },
    },
    binds: userRef(sub),
    ...(lives ? { widens: 'recreate-user' as const } : {}),
  }
}

function setPassword(sub: string): PlannedOperation {
  const call = userCall('AdminSetUserPassword', ref(userRef(sub)))
  return { ...call, input: { ...call.input, Password: ref('random-password'), Permanent: true } }
}

function notesOfNewUser(
  view: UserView,
  found: readonly Note[],
  ofFactors: readonly Note[],
  planning: UserPlanning,
  groups: readonly string[],
): Note[] {
  const notes: Note[] = [{ code: 'new-account' }]
  if (planning.rules.usernameAttributes.length > 0) notes.push({ code: 'new-username' })
  notes.push(...found)
  const { keepSub } = planning.options
  if (keepSub !== undefined)
    notes.push({
      code: attributesOf(userOf(view)).get(keepSub) ? 'older-sub-kept' : 'sub-kept',
      detail: keepSub,
    })
  notes.push(...ofFactors)
  const unknown = view.groups.filter((group) => !groups.includes(group))
  if (unknown.length > 0) notes.push({ code: 'group-unknown', detail: unknown.join(', ') })
  return notes
}
