import { attributesIn, type Json, objectOf, textOf } from '../json.js'
import { no, type Probe, undecided, yes } from '../probe.js'
import type { Scratch } from '../scratch.js'

const NEEDS_ROLE = 'needs --import-role: a role with which an import job may write its log'
const POLL_MS = 5_000
const POLLS = 60
const HASHED = { PasswordHashingAlgorithm: 'BCRYPT' }

function columnsOf(answer: Json): readonly string[] {
  return (answer['CSVHeader'] as readonly string[] | undefined) ?? []
}

export const hashColumn: Probe = {
  id: 'hash-column',
  question: 'Does GetCSVHeader list password_hash, before or after a job of the pool names an algorithm?',
  assumed: 'no',
  creates: 'a pool, and with --import-role an import job that is never started',
  ask: async ({ newPool, call, importRole }) => {
    const { id: UserPoolId } = await newPool('header', { AutoVerifiedAttributes: ['email'] })
    const isListed = async (): Promise<boolean> =>
      columnsOf(await call('GetCSVHeader', { UserPoolId })).includes('password_hash')
    if (await isListed()) return yes('it is listed where no job names an algorithm')
    if (importRole === undefined)
      return undecided(`it is not listed before; whether it is with such a job ${NEEDS_ROLE}`)
    await call('CreateUserImportJob', {
      UserPoolId,
      JobName: 'hashes',
      CloudWatchLogsRoleArn: importRole,
      ...HASHED,
    })
    return (await isListed())
      ? yes('it is listed once a job names an algorithm')
      : no('it is listed neither before nor after a job names an algorithm')
  },
}

/** Imports one user, and what became of the job and of the user. */
async function importOne(
  scratch: Scratch,
  what: string,
  settings: Json,
  values: Readonly<Record<string, string>>,
): Promise<{ job: Json; user: Json | undefined }> {
  const { call } = scratch
  const { id: UserPoolId } = await scratch.newPool(what, { AutoVerifiedAttributes: ['email'], ...settings })
  const columns = columnsOf(await call('GetCSVHeader', { UserPoolId }))
  const row: Readonly<Record<string, string>> = {
    'cognito:username': 'imported',
    email: 'imported@example.com',
    email_verified: 'true',
    'cognito:mfa_enabled': 'false',
    ...values,
  }
  const file = Buffer.from(`${columns.join(',')}\n${columns.map((name) => row[name] ?? '').join(',')}\n`)
  const input = { UserPoolId, JobName: what, CloudWatchLogsRoleArn: scratch.importRole ?? '' }
  let job = objectOf(await call('CreateUserImportJob', input), 'UserImportJob')
  await scratch.putFile({
    url: textOf(job, 'PreSignedUrl'),
    headers: { 'x-amz-server-side-encryption': 'aws:kms' },
    size: file.length,
    // eslint-disable-next-line @typescript-eslint/require-await -- there is nothing to wait for
    bytes: async function* () {
      yield file
    },
  })
  const named = { UserPoolId, JobId: textOf(job, 'JobId') }
  await call('StartUserImportJob', named)
  for (let poll = 0; poll < POLLS; poll++) {
    job = objectOf(await call('DescribeUserImportJob', named), 'UserImportJob')
    if (!['Created', 'Pending', 'InProgress', 'Stopping'].includes(textOf(job, 'Status'))) break
    await scratch.wait(POLL_MS)
  }
  return { job, user: await scratch.find(UserPoolId, 'imported') }
}

function notImported(job: Json): string {
  return `the job ended ${textOf(job, 'Status')} with ${Number(job['ImportedUsers'])} imported, ${Number(job['FailedUsers'])} failed, and the user does not show: its log says why`
}

export const codesImportConfirmed: Probe = {
  id: 'import-with-codes',
  question: 'Is a user CONFIRMED who is imported, without a hash, into a pool that takes one-time codes?',
  assumed: 'yes',
  creates: 'with --import-role: a pool of the Essentials plan, and a job that imports one user, at no MAU',
  ask: async (scratch) => {
    if (scratch.importRole === undefined) return undecided(NEEDS_ROLE)
    const { job, user } = await importOne(
      scratch,
      'codes',
      {
        UserPoolTier: 'ESSENTIALS',
        Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } },
      },
      {},
    )
    if (user === undefined) return undecided(notImported(job))
    const status = textOf(user, 'UserStatus')
    return status === 'CONFIRMED' ? yes('the user is CONFIRMED') : no(`the user is ${status}`)
  },
}

export const backslash: Probe = {
  id: 'import-backslash',
  question: 'Does a backslash that stands before no comma in a CSV file stand for itself?',
  assumed: 'yes',
  creates: 'with --import-role: a pool, and a job that imports one user, at no MAU',
  ask: async (scratch) => {
    if (scratch.importRole === undefined) return undecided(NEEDS_ROLE)
    const { job, user } = await importOne(scratch, 'backslash', {}, { nickname: 'a\\b' })
    if (user === undefined) return undecided(notImported(job))
    const value = attributesIn(user, 'Attributes').get('nickname') ?? ''
    return value === 'a\\b' ? yes('the value came as it was sent') : no(`it became ${JSON.stringify(value)}`)
  },
}
