import { canonicalBody, objects, text } from '../../cognito/canonical-body.js'
import { clientRef, type PlannedOperation, refsIn } from '../../cognito/operation.js'
import { clientIdIn, withClientId } from '../../cognito/resources/client-name.js'
import { clientKind } from '../../cognito/resources/client.js'
import { isObject, type JsonObject } from '../../model/canonical.js'
import type { Clock } from '../../model/clock.js'
import { resourceKey } from '../../model/records.js'
import type { ObjectStore } from '../../storage/object-store.js'
import { type Bindings, createBindings, resolve } from '../bindings.js'
import { attributesOf } from '../../diff/user-view.js'
import { identityKey } from '../../diff/linked-identities.js'
import { identityIn, isLinkCall } from '../perform-link.js'
import { stateAfter } from '../mfa-preference.js'
import { isPreferenceCall } from '../perform-mfa.js'
import { isOwnUser } from '../own-user.js'
import { openJournal, type StepResult } from '../journal.js'
import type { PlanChunk, RunHeader } from '../run-header.js'
import type { RunStore } from '../run-store.js'
import type { Step } from '../step.js'

/** What a run wrote to one user of its target. */
export interface UserWrites {
  /** The user's sub in the target. */
  readonly key: string
  readonly fate: 'made' | 'deleted' | 'changed'
  /** What each attribute was set to last; `null` where it was removed. */
  readonly attributes: Readonly<Record<string, string | null>>
  /** Whether the user was put into a group, or taken out of it. */
  readonly groups: Readonly<Record<string, boolean>>
  /** Whether the user was linked to an identity, by its key, or parted from it. */
  readonly links: Readonly<Record<string, boolean>>
  readonly enabled?: boolean
  /** The second factors before and after, as AdminGetUser names them: whoever wrote them had looked. */
  readonly mfa?: { readonly was: JsonObject; readonly is: JsonObject }
  /** The run was cut off meanwhile: what is here may have been written, or not. */
  readonly isUnsure?: true
}

/** What a run wrote to one resource of its target. */
export interface ResourceWrites {
  readonly fate: 'made' | 'deleted' | 'changed'
  /** What each member was set to last; `null` where it was left out. Of what was made: all that was asked for. */
  readonly members: JsonObject
}

/** All of a run's writes, as its plan and its journal have them. */
export interface RunWrites {
  /** In no order; a user may come more than once. */
  users(): AsyncIterable<UserWrites>
  /** By the keys that the records of the target's resources have. */
  resources(): Promise<ReadonlyMap<string, ResourceWrites>>
  /** Whether a user is provably one whose creation was cut off before its answer was stored. */
  madeUnanswered(): Promise<(user: JsonObject) => boolean>
}

/** A step of a run that came to something, or may have. */
interface Executed {
  readonly step: Step
  readonly operations: readonly PlannedOperation[]
  readonly bound: Readonly<Record<string, string>>
  readonly isUnsure: boolean
  /** When it may have been sent, by the service's clock. */
  readonly intents: readonly (number | null)[]
}

const OF_USERS = ['release', 'survivors', 'settle', 'import', 'users', 'delete']

/** @throws CodedError `VAULT_DAMAGED` when the plan or the journal cannot be read. */
export function runWrites(store: ObjectStore, clock: Clock, run: RunStore, header: RunHeader): RunWrites {
  async function* executed(isWanted: (chunk: PlanChunk) => boolean): AsyncGenerator<Executed> {
    for (const chunk of header.chunks.filter(isWanted)) {
      const { history } = await openJournal(store, `${run.prefix}journal/${chunk.id}/`, clock)
      const results = new Map(
        (history.done ?? [...history.results.values()]).map((result) => [result.step, result]),
      )
      // Of a chunk that was cut off, what has no result may have been written.
      const isOpen = history.done === undefined && history.intents.length > 0
      if (results.size === 0 && !isOpen) continue
      for (const [place, step] of (await run.getChunk(chunk)).entries()) {
        const result = results.get(place)
        const operations = result === undefined ? (isOpen ? step.operations : []) : effective(step, result)
        const bound = result?.bound ?? history.bound.get(place) ?? {}
        const isUnsure = result === undefined
        if (operations.length > 0) yield { step, operations, bound, isUnsure, intents: history.intents }
      }
    }
  }

  async function* users(): AsyncGenerator<UserWrites> {
    for await (const { step, operations, bound, isUnsure } of executed(({ phase }) =>
      OF_USERS.includes(phase),
    )) {
      if (step.subject.kind !== 'user') continue
      const writes = userWrites(step, operations, bound)
      if (writes !== undefined) yield isUnsure ? { ...writes, isUnsure } : writes
    }
  }

  async function resources(): Promise<ReadonlyMap<string, ResourceWrites>> {
    const byKey = new Map<string, ResourceWrites>()
    const clients = new Map<string, string>()
    const bindings = createBindings({
      runId: run.runId,
      pool: header.target.poolId === undefined ? undefined : { id: header.target.poolId, arn: '' },
      poolName: undefined,
      newPassword: () => '',
    })
    await noteClients(run, header, clients)
    for await (const { step, operations: all, bound } of executed(
      ({ phase }) => !['release', 'survivors', 'settle', 'import', 'users'].includes(phase),
    )) {
      const { kind } = step.subject
      if (kind === 'user') continue
      if (kind === clientKind.kind)
        clients.set(
          step.subject.id,
          bound[clientRef(step.subject.id)] ?? step.successor?.id ?? step.subject.id,
        )
      bindings.bind(bound)
      const key = resourceKey(kind, nameIn(step, bound, clients))
      // What names something that was never made was never sent.
      const operations = all.filter(({ input, patch = {} }) =>
        refsIn([input, patch]).every((name) => bindings.get(name) !== undefined),
      )
      if (operations.length > 0)
        byKey.set(key, together(byKey.get(key), resourceWrites(operations, bindings)))
    }
    return byKey
  }

  async function madeUnanswered(): Promise<(user: JsonObject) => boolean> {
    const creations = new Map<string, { input: JsonObject; intents: readonly (number | null)[] }>()
    for await (const { step, operations, bound, intents } of executed(({ phase }) =>
      ['import', 'users'].includes(phase),
    )) {
      const creation = operations.find(({ operation }) => operation === 'AdminCreateUser')
      if (creation === undefined || bound['newSub'] !== undefined || step.subject.kind !== 'user') continue
      creations.set(text(creation.input, 'Username').toLowerCase(), { input: creation.input, intents })
    }
    return (user) =>
      loginsOf(user).some((login) => {
        const creation = creations.get(login)
        return (
          creation !== undefined &&
          isOwnUser(asGiven(user), creation.input, header.target.rules, creation.intents)
        )
      })
  }

  return { users, resources, madeUnanswered }
}

/** What a user may have been made under: the username, or the address that stands for it. */
function loginsOf(user: JsonObject): string[] {
  const attributes = attributesOf(user)
  const logins = [text(user, 'Username'), attributes.get('email') ?? '', attributes.get('phone_number') ?? '']
  return logins.filter((login) => login !== '').map((login) => login.toLowerCase())
}

/** A user of a snapshot with dates as the API gives them: in seconds. */
function asGiven(user: JsonObject): JsonObject {
  const seconds = (member: string): number => Date.parse(text(user, member)) / 1000
  return {
    ...user,
    UserCreateDate: seconds('UserCreateDate'),
    UserLastModifiedDate: seconds('UserLastModifiedDate'),
  }
}

function effective({ operations }: Step, { outcomes, notes }: StepResult): PlannedOperation[] {
  const held = notes
    .filter(({ code }) => code.startsWith('address-'))
    .flatMap(({ detail = '' }) => detail.split(', '))
  return operations.flatMap((operation, at) => {
    const outcome = outcomes[at] ?? ''
    if (['done', 'imported'].includes(outcome)) return [operation]
    // Where somebody held an address, all else was written.
    const isPart =
      outcome === 'conflict' && operation.operation === 'AdminUpdateUserAttributes' && held.length > 0
    return isPart ? [withoutAddresses(operation, held)] : []
  })
}

function withoutAddresses(operation: PlannedOperation, addresses: readonly string[]): PlannedOperation {
  const written = objects(operation.input, 'UserAttributes').filter(
    (attribute) => !addresses.includes(text(attribute, 'Name').replace(/_verified$/, '')),
  )
  return { ...operation, input: { ...operation.input, UserAttributes: written } }
}

/** Clients that were there under another id; their steps may have written nothing. */
async function noteClients(run: RunStore, header: RunHeader, clients: Map<string, string>): Promise<void> {
  for (const chunk of header.chunks.filter(({ phase }) => phase === 'client')) {
    for (const { subject, successor } of await run.getChunk(chunk))
      if (successor !== undefined) clients.set(subject.id, successor.id)
  }
}

/** What a resource is called in the target: a client by its id there, and what belongs to a client by the same. */
function nameIn(
  { subject, successor }: Step,
  bound: Readonly<Record<string, string>>,
  clients: ReadonlyMap<string, string>,
): string {
  if (subject.kind === clientKind.kind) return bound[clientRef(subject.id)] ?? successor?.id ?? subject.id
  const client = clients.get(clientIdIn(subject.id) ?? '')
  return client === undefined ? subject.id : withClientId(subject.id, client)
}

function userWrites(
  step: Step,
  operations: readonly PlannedOperation[],
  bound: Readonly<Record<string, string>>,
): UserWrites | undefined {
  const [first] = operations
  const made = operations.some(({ operation }) => operation === 'AdminCreateUser')
  const key = made ? bound['newSub'] : text(first?.expects ?? {}, 'sub')
  // A creation that was cut off before its answer was stored is known by nobody's sub.
  if (key === undefined || key === '') return undefined
  const attributes: Record<string, string | null> = {}
  const groups: Record<string, boolean> = {}
  const links: Record<string, boolean> = {}
  let enabled: boolean | undefined
  let mfa: UserWrites['mfa']
  for (const { operation, input, expects = {} } of operations) {
    if (isPreferenceCall(operation)) mfa = { was: stateAfter(expects, {}), is: stateAfter(expects, input) }
    if (operation === 'AdminEnableUser') enabled = true
    if (operation === 'AdminDisableUser') enabled = false
    if (operation === 'AdminAddUserToGroup') groups[text(input, 'GroupName')] = true
    if (operation === 'AdminRemoveUserFromGroup') groups[text(input, 'GroupName')] = false
    if (isLinkCall(operation))
      links[identityKey(identityIn(input))] = operation === 'AdminLinkProviderForUser'
    for (const attribute of objects(input, 'UserAttributes'))
      attributes[text(attribute, 'Name')] = text(attribute, 'Value')
    const removed = input['UserAttributeNames']
    for (const name of Array.isArray(removed) ? removed.map(String) : []) attributes[name] = null
  }
  const deleted = step.phase === 'delete'
  return {
    key,
    fate: made ? 'made' : deleted ? 'deleted' : 'changed',
    attributes,
    groups,
    links,
    ...(enabled === undefined ? {} : { enabled }),
    ...(mfa === undefined ? {} : { mfa }),
  }
}

function resourceWrites(operations: readonly PlannedOperation[], bindings: Bindings): ResourceWrites {
  const members: JsonObject = {}
  let fate: ResourceWrites['fate'] = 'changed'
  for (const { operation, input, patch } of operations) {
    if (operation.startsWith('Create')) fate = 'made'
    if (operation.startsWith('Delete')) fate = 'deleted'
    // Cognito never takes an attribute away again: what differs by it is told of.
    else if (operation === 'AddCustomAttributes') members['SchemaAttributes'] = null
    else if (operation === 'TagResource') members['Tags'] = isObject(input['Tags']) ? input['Tags'] : {}
    else Object.assign(members, asRead(canonicalBody(resolve(patch ?? input, bindings))))
  }
  return { fate, members }
}

/** More than one step may write a pool. */
function together(first: ResourceWrites | undefined, then: ResourceWrites): ResourceWrites {
  if (first === undefined) return then
  return {
    fate: first.fate === 'changed' ? then.fate : first.fate,
    members: { ...first.members, ...then.members },
  }
}

/** A pool is read under another member than it is named by. */
function asRead({ PoolName, ...members }: JsonObject): JsonObject {
  return PoolName === undefined ? members : { ...members, Name: PoolName }
}
