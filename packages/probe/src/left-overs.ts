import { type Clock, CognitoError } from 'cognito-vault'
import { type Call, listAll, objectOf, textOf } from './json.js'
import { isProbeName, TAG } from './names.js'

/** Something that a run has made. All else that it makes is in one of these, and goes with it. */
export interface Made {
  readonly kind: 'user pool' | 'identity pool'
  readonly id: string
  readonly name: string
}

/** What still has the name of a thing of a run; `isTagged` where it carries the tag as well. */
export type LeftOver = Made & { readonly isTagged: boolean }

/** Finds what runs have left, or one run: by name, and then by the tag. */
export async function findLeftOvers(call: Call, run?: string): Promise<LeftOver[]> {
  const found: LeftOver[] = []
  const pools = await listAll(call, 'ListUserPools', { MaxResults: 60 }, 'UserPools', 'NextToken')
  for (const pool of pools.filter((one) => isProbeName(textOf(one, 'Name'), run))) {
    const id = textOf(pool, 'Id')
    const described = await unlessGone(() => call('DescribeUserPool', { UserPoolId: id }))
    if (described === undefined) continue
    const tags = objectOf(objectOf(described, 'UserPool'), 'UserPoolTags')
    found.push({ kind: 'user pool', id, name: textOf(pool, 'Name'), isTagged: TAG in tags })
  }
  const identityPools = await listAll(
    call,
    'ListIdentityPools',
    { MaxResults: 60 },
    'IdentityPools',
    'NextToken',
  )
  for (const pool of identityPools.filter((one) => isProbeName(textOf(one, 'IdentityPoolName'), run))) {
    const id = textOf(pool, 'IdentityPoolId')
    const described = await unlessGone(() => call('DescribeIdentityPool', { IdentityPoolId: id }))
    if (described === undefined) continue
    const isTagged = TAG in objectOf(described, 'IdentityPoolTags')
    found.push({ kind: 'identity pool', id, name: textOf(pool, 'IdentityPoolName'), isTagged })
  }
  return found
}

const WAIT_MS = 5_000
const ATTEMPTS = 12

/** Deletes one thing and all that is in it; that it is gone already is as good. */
export async function deleteMade(call: Call, clock: Clock, { kind, id }: Made): Promise<void> {
  if (kind === 'identity pool') {
    await unlessGone(() => call('DeleteIdentityPool', { IdentityPoolId: id }))
    return
  }
  for (let attempt = 1; ; attempt++) {
    try {
      await unlessGone(() => call('DeleteUserPool', { UserPoolId: id }))
      return
    } catch (error) {
      const isImporting = error instanceof CognitoError && error.exception === 'UserImportInProgressException'
      if (!isImporting || attempt >= ATTEMPTS) throw error
      await stopImports(call, id)
      await clock.sleep(WAIT_MS)
    }
  }
}

async function stopImports(call: Call, UserPoolId: string): Promise<void> {
  const jobs = await listAll(
    call,
    'ListUserImportJobs',
    { UserPoolId, MaxResults: 50 },
    'UserImportJobs',
    'PaginationToken',
  )
  for (const job of jobs) {
    if (!['Pending', 'InProgress'].includes(textOf(job, 'Status'))) continue
    try {
      await call('StopUserImportJob', { UserPoolId, JobId: textOf(job, 'JobId') })
    } catch (error) {
      // It may have ended meanwhile: the deletion that is tried next tells.
      if (!(error instanceof CognitoError)) throw error
    }
  }
}

async function unlessGone<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof CognitoError && error.exception === 'ResourceNotFoundException') return undefined
    throw error
  }
}
