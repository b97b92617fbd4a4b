import type { Clock, CognitoApi, PutFile } from 'cognito-vault'
import { attributeList, attributesIn, type Call, type Json, listAll, objectOf, textOf } from './json.js'
import { deleteMade, findLeftOvers, type Made } from './left-overs.js'
import { nameOf, TAG } from './names.js'

/** A pool that was made to be asked about. */
export interface ScratchPool {
  readonly id: string
  readonly arn: string
}

/** Where probes make what they need. Everything is named and tagged as the run's. */
export interface Scratch {
  readonly region: string
  readonly run: string
  /** The tags of everything that is made, to be kept wherever tags are written. */
  readonly tags: Readonly<Record<string, string>>
  /** The role with which an import job may log, where one was given. */
  readonly importRole: string | undefined
  readonly putFile: PutFile
  readonly call: Call
  /** A password that fits every policy that is made here; used for made-up users only. */
  readonly password: string
  readonly wait: (ms: number) => Promise<void>
  readonly newPool: (what: string, settings?: Json) => Promise<ScratchPool>
  readonly newIdentityPool: (what: string, settings?: Json) => Promise<string>
  /** The pool that the probes share which only need users, with all its users' subs. Made when it is first needed. */
  readonly people: () => Promise<{ readonly pool: ScratchPool; readonly subs: readonly string[] }>
  /** One of those users, for one probe alone. */
  readonly person: () => Promise<{ readonly poolId: string; readonly username: string }>
  /** What a listing shows of a user now: no call that this makes puts anybody on the bill. */
  readonly find: (poolId: string, username: string) => Promise<Json | undefined>
}

/** What became of the things of a run. */
export interface Deletion {
  readonly deleted: readonly Made[]
  /** What is still there, and why. */
  readonly left: readonly (Made & { readonly why: string })[]
  /** Why nobody could look for what was made without an answer. */
  readonly notLooked?: string
}

export interface ScratchOptions {
  readonly api: CognitoApi
  readonly clock: Clock
  readonly run: string
  readonly putFile: PutFile
  readonly importRole: string | undefined
  /** Ends the probes; what is deleted is deleted all the same. */
  readonly signal: AbortSignal
}

/** With so many subs, sixteen at least follow another with the same first digit: enough to tell order from chance. */
export const PEOPLE = 32

/** The cheapest plan, which has all that most probes ask about. */
const LITE = { UserPoolTier: 'LITE' }

export function createScratch(options: ScratchOptions): Scratch & { deleteAll(): Promise<Deletion> } {
  const { api, clock, run, signal } = options
  const tags = { [TAG]: run }
  const made: Made[] = []
  const call: Call = (operation, input) => api.call(operation, input, { signal })
  let people: ReturnType<typeof makePeople> | undefined
  let taken = 0

  async function newPool(what: string, settings: Json = {}): Promise<ScratchPool> {
    const name = nameOf(run, what)
    const answer = await call('CreateUserPool', { PoolName: name, UserPoolTags: tags, ...LITE, ...settings })
    const pool = objectOf(answer, 'UserPool')
    made.push({ kind: 'user pool', id: textOf(pool, 'Id'), name })
    return { id: textOf(pool, 'Id'), arn: textOf(pool, 'Arn') }
  }

  async function makePeople(): Promise<{ pool: ScratchPool; subs: readonly string[] }> {
    const pool = await newPool('people')
    const subs: string[] = []
    for (let index = 0; index < PEOPLE; index++) {
      const answer = await call('AdminCreateUser', {
        UserPoolId: pool.id,
        Username: personName(index),
        UserAttributes: attributeList({ email: `probe-${index}@example.com`, nickname: 'probe' }),
        MessageAction: 'SUPPRESS',
      })
      subs.push(attributesIn(objectOf(answer, 'User'), 'Attributes').get('sub') ?? '')
    }
    return { pool, subs }
  }

  async function newIdentityPool(what: string, settings: Json = {}): Promise<string> {
    const name = nameOf(run, what)
    const answer = await call('CreateIdentityPool', {
      IdentityPoolName: name,
      AllowUnauthenticatedIdentities: false,
      IdentityPoolTags: tags,
      ...settings,
    })
    const id = textOf(answer, 'IdentityPoolId')
    made.push({ kind: 'identity pool', id, name })
    return id
  }

  /** Those of which the answer is known, and those that have the run's name: an answer may have been lost. */
  async function deleteAll(): Promise<Deletion> {
    const always: Call = (operation, input) => api.call(operation, input)
    const all = new Map(made.map((one) => [one.id, one]))
    let notLooked: string | undefined
    try {
      for (const { kind, id, name } of await findLeftOvers(always, run)) all.set(id, { kind, id, name })
    } catch (error) {
      notLooked = whyOf(error)
    }
    const deleted: Made[] = []
    const left: (Made & { why: string })[] = []
    for (const one of all.values()) {
      try {
        await deleteMade(always, clock, one)
        deleted.push(one)
      } catch (error) {
        left.push({ ...one, why: whyOf(error) })
      }
    }
    return { deleted, left, ...(notLooked === undefined ? {} : { notLooked }) }
  }

  const shared = (): ReturnType<typeof makePeople> => (people ??= makePeople())
  return {
    region: api.region,
    run,
    tags,
    importRole: options.importRole,
    putFile: options.putFile,
    call,
    password: `Probe-${run}-9`,
    wait: (ms) => clock.sleep(ms, signal),
    newPool,
    newIdentityPool,
    people: shared,
    person: async () => {
      const { pool } = await shared()
      if (taken >= PEOPLE) throw new Error('there are more probes than users')
      return { poolId: pool.id, username: personName(taken++) }
    },
    find: async (UserPoolId, username) => {
      const input = { UserPoolId, Filter: `username = "${username}"` }
      const [user] = await listAll(call, 'ListUsers', input, 'Users', 'PaginationToken')
      return user
    },
    deleteAll,
  }
}

function personName(index: number): string {
  return `probe-${String(index).padStart(2, '0')}`
}

/** What a failure says, in one line. */
export function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { operation, exception } = error as { operation?: string; exception?: string }
  const named = exception === undefined ? '' : `${operation ?? ''}: ${exception}: `
  return `${named}${error.message}`.split('\n', 1)[0] ?? ''
}
