import type {
  CognitoIdentityProvider,
  CreateUserPoolRequest,
  UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createJob, fileOf, importable, upload } from '../../test/import-file.js'
import { connect, errorOf, failureOf } from '../../test/sdk-client.js'
import { createManualClock, type ManualClock } from '../clock.js'
import { startSimulator, type Simulator } from '../simulator.js'

let clock: ManualClock
let simulator: Simulator
let client: CognitoIdentityProvider
let UserPoolId: string
const settings: Partial<CreateUserPoolRequest> = { AutoVerifiedAttributes: ['email'] }

beforeEach(async () => {
  clock = createManualClock()
  simulator = await startSimulator({ quotas: false, clock, pages: 'full' })
  client = connect(simulator)
  UserPoolId = simulator.seed.pool(settings)
})
afterEach(() => simulator.close())

const jobWith = async (...users: Record<string, string>[]): ReturnType<typeof createJob> =>
  createJob(client, UserPoolId, await fileOf(client, UserPoolId, users))
const start = (job: { UserPoolId: string; JobId: string }): Promise<unknown> => client.startUserImportJob(job)
const describeJob = async (job: { UserPoolId: string; JobId: string }): Promise<UserImportJobType> =>
  (await client.describeUserImportJob(job)).UserImportJob ?? {}
const crowd = (count: number): Record<string, string>[] =>
  Array.from({ length: count }, (_, index) => importable(`user${index}`))
const usernames = (): string[] => simulator.inspect.pool(UserPoolId).users.map(({ username }) => username)

test('users are imported at a bounded speed, quietly, and must reset their passwords', async () => {
  const job = await jobWith(...crowd(62))
  expect(await describeJob(job)).toMatchObject({ Status: 'Created', ImportedUsers: 0 })
  const { UserImportJob } = await client.startUserImportJob(job)
  expect(UserImportJob?.Status).toBe('Pending')
  const begun = clock.now()
  clock.advance(1000)
  expect(await describeJob(job)).toMatchObject({ Status: 'InProgress', ImportedUsers: 31 })
  expect(simulator.inspect.userCount(UserPoolId)).toBe(31)
  clock.advance(60_000)
  expect(await describeJob(job)).toMatchObject({
    Status: 'Succeeded',
    ImportedUsers: 62,
    SkippedUsers: 0,
    FailedUsers: 0,
    StartDate: new Date(begun),
    CompletionDate: new Date(begun + 2000),
  })
  expect(simulator.inspect.user(UserPoolId, 'user30')).toMatchObject({
    status: 'RESET_REQUIRED',
    hasPassword: false,
    attributes: { email: 'user30@example.com', email_verified: 'true' },
    createDate: new Date(begun + 1000).toISOString(),
  })
  expect(simulator.ledger.mau.count()).toBe(0)
  expect(simulator.ledger.messages.all()).toEqual([])
})

test('values are turned into what profiles hold', async () => {
  const job = await jobWith(
    importable('ann', { birthdate: '02/01/1985', address: '1 Road\\, Town ', updated_at: '1471453471' }),
  )
  await start(job)
  clock.advance(1000)
  expect(simulator.inspect.user(UserPoolId, 'ann').attributes).toMatchObject({
    birthdate: '1985-02-01',
    address: '1 Road, Town',
    updated_at: '1471453471',
  })
})

test.each<[string, Record<string, string>]>([
  ['no verified address', { email_verified: 'false' }],
  ['a verified address that is missing', { email: '' }],
  ['no username', { 'cognito:username': '' }],
  ['a space in the username', { 'cognito:username': 'ann lee' }],
  ['a birthdate of a profile', { birthdate: '1985-02-01' }],
  ['a date in updated_at', { updated_at: '2026-01-02' }],
  ['MFA in a pool without', { 'cognito:mfa_enabled': 'true' }],
  ['what the schema does not allow', { phone_number: 'none' }],
])('a row with %s fails alone, and only the log says so', async (_, change) => {
  const job = await jobWith(importable('ann', change), importable('bob'))
  await start(job)
  clock.advance(1000)
  expect(await describeJob(job)).toMatchObject({ Status: 'Succeeded', ImportedUsers: 1, FailedUsers: 1 })
  expect(usernames()).toEqual(['bob'])
  expect(simulator.inspect.pool(UserPoolId).importJobs).toMatchObject([
    {
      log: [
        expect.stringMatching(/^\[FAILED\] Line Number 2 - /u),
        '[SUCCEEDED] Line Number 3 - The import succeeded.',
      ],
    },
  ])
})

test('users who exist are skipped and left as they are', async () => {
  simulator.seed.users(UserPoolId, [{ username: 'ann', attributes: { email: 'old@example.com' } }])
  const job = await jobWith(importable('ann'), importable('bob'))
  await start(job)
  clock.advance(1000)
  expect(await describeJob(job)).toMatchObject({ Status: 'Succeeded', ImportedUsers: 1, SkippedUsers: 1 })
  expect(simulator.inspect.user(UserPoolId, 'ann').attributes.email).toBe('old@example.com')
  expect(simulator.inspect.pool(UserPoolId).importJobs).toMatchObject([
    { log: ['[SKIPPED] Line Number 2 - The user already exists.', expect.any(String)] },
  ])
})

test('a job fails as a whole when most rows do, keeps whom it imported and cannot start again', async () => {
  const users = crowd(30).map((user, index) => (index < 4 ? user : { ...user, email_verified: 'false' }))
  const job = await jobWith(...users)
  await start(job)
  clock.advance(60_000)
  expect(await describeJob(job)).toMatchObject({
    Status: 'Failed',
    ImportedUsers: 4,
    FailedUsers: 5,
    CompletionMessage: 'Too many users have failed or been skipped during the import.',
  })
  expect(usernames()).toHaveLength(4)
  expect(await errorOf(start(job))).toBe('PreconditionNotMetException')
})

test('a file with another header fails the job at once', async () => {
  const job = await createJob(client, UserPoolId, 'cognito:username,email\nann,ann@example.com\n')
  await start(job)
  expect(await describeJob(job)).toMatchObject({ Status: 'Failed', ImportedUsers: 0 })
})

test('a stopped job stays stopped, and what it imported stays', async () => {
  const job = await jobWith(...crowd(100))
  expect(await errorOf(client.stopUserImportJob(job))).toBe('PreconditionNotMetException')
  await start(job)
  clock.advance(1000)
  const { UserImportJob } = await client.stopUserImportJob(job)
  expect(UserImportJob).toMatchObject({ Status: 'Stopped', ImportedUsers: 31 })
  clock.advance(60_000)
  expect(simulator.inspect.userCount(UserPoolId)).toBe(31)
  expect(await errorOf(start(job))).toBe('PreconditionNotMetException')
})

test('one job of the account runs at a time', async () => {
  const other = simulator.seed.pool(settings)
  const first = await jobWith(...crowd(31))
  const second = await createJob(client, other, await fileOf(client, other, crowd(1)))
  await start(first)
  expect(await errorOf(start(second))).toBe('PreconditionNotMetException')
  clock.advance(1001)
  await start(second)
})

test('a pool that is imported into cannot be changed or deleted; its users can', async () => {
  const CustomAttributes = [{ Name: 'late', AttributeDataType: 'String' as const }]
  await start(await jobWith(...crowd(62)))
  const calls = [
    client.updateUserPool({ UserPoolId, ...settings }),
    client.addCustomAttributes({ UserPoolId, CustomAttributes }),
    client.deleteUserPool({ UserPoolId }),
  ]
  for (const call of calls) expect((await failureOf(call)).name).toBe('UserImportInProgressException')
  await client.adminCreateUser({ UserPoolId, Username: 'ann', MessageAction: 'SUPPRESS' })
  clock.advance(60_000)
  await client.updateUserPool({ UserPoolId, ...settings })
  await client.deleteUserPool({ UserPoolId })
})

test('a job needs its file, and a pool that verifies something', async () => {
  expect(await errorOf(start(await createJob(client, UserPoolId)))).toBe('PreconditionNotMetException')
  UserPoolId = simulator.seed.pool()
  expect(await errorOf(start(await jobWith(importable('ann'))))).toBe('PreconditionNotMetException')
  expect(await errorOf(start({ UserPoolId, JobId: 'import-none' }))).toBe('ResourceNotFoundException')
})

test('a job that waits a day for its start expires', async () => {
  const job = await jobWith(importable('ann'))
  clock.advance(24 * 3_600_000)
  expect(await describeJob(job)).toMatchObject({ Status: 'Expired' })
  expect(await errorOf(start(job))).toBe('PreconditionNotMetException')
})

test('the URL works for fifteen minutes, as it is, with the header that was signed', async () => {
  const job = await describeJob(await createJob(client, UserPoolId))
  expect((await upload(job, 'x')).status).toBe(200)
  expect((await upload(job, 'x', {})).status).toBe(403)
  expect((await upload(job, 'x', { 'x-amz-server-side-encryption': 'AES256' })).status).toBe(403)
  const changed = job.PreSignedUrl?.replaceAll('%3B', ';')
  expect((await upload({ PreSignedUrl: changed }, 'x')).status).toBe(403)
  clock.advance(15 * 60_000)
  expect((await upload(job, 'x')).status).toBe(200)
  clock.advance(1)
  expect((await upload(job, 'x')).status).toBe(403)
  expect(simulator.ledger.requests.count('PUT import file')).toBe(6)
})

test('passwords come as hashes of the algorithm that the job names', async () => {
  const hash = `$2b$10$${'a'.repeat(53)}`
  const users = [
    importable('ann', { password_hash: hash }),
    importable('bob'),
    importable('eve', { password_hash: 'secret' }),
  ]
  const file = await fileOf(client, UserPoolId, users, ['password_hash'])
  const job = await createJob(client, UserPoolId, file, 'BCRYPT')
  await start(job)
  clock.advance(1000)
  expect(await describeJob(job)).toMatchObject({ PasswordHashingAlgorithm: 'BCRYPT', FailedUsers: 1 })
  const ann = simulator.inspect.user(UserPoolId, 'ann')
  expect(ann).toMatchObject({ status: 'CONFIRMED', hasPassword: true, passwordHash: hash })
  expect(simulator.inspect.user(UserPoolId, 'bob')).toMatchObject({ status: 'RESET_REQUIRED' })
  const Password = 'New-passw0rd'
  await client.adminSetUserPassword({ UserPoolId, Username: 'ann', Password, Permanent: true })
  expect(simulator.inspect.user(UserPoolId, 'ann')).not.toHaveProperty('passwordHash')
})

test('a column of hashes and an algorithm need each other', async () => {
  const plain = await fileOf(client, UserPoolId, [importable('ann')])
  const hashed = await fileOf(client, UserPoolId, [importable('ann')], ['password_hash'])
  for (const job of [
    await createJob(client, UserPoolId, plain, 'BCRYPT'),
    await createJob(client, UserPoolId, hashed),
  ]) {
    await start(job)
    expect((await describeJob(job)).Status).toBe('Failed')
  }
})

test('in a pool that signs in by email, the username is the address and becomes the sub', async () => {
  UserPoolId = simulator.seed.pool({ ...settings, UsernameAttributes: ['email'] })
  const Policies = { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] } }
  await client.updateUserPool({ UserPoolId, ...settings, Policies })
  const job = await jobWith(importable('ann', { 'cognito:username': 'ann@example.com' }))
  await start(job)
  clock.advance(1000)
  const user = simulator.inspect.user(UserPoolId, 'ann@example.com')
  expect(user).toMatchObject({ username: user.sub, status: 'CONFIRMED', hasPassword: false })
})

test('speed and the share of failures that a job bears are options', async () => {
  await simulator.close()
  simulator = await startSimulator({ clock, importSpeed: Infinity, importFailureShare: 1, quotas: false })
  client = connect(simulator)
  UserPoolId = simulator.seed.pool(settings)
  const job = await jobWith(...crowd(40).map((user) => ({ ...user, email_verified: '' })))
  await start(job)
  expect(await describeJob(job)).toMatchObject({ Status: 'Succeeded', FailedUsers: 40 })
})

test('jobs are listed from the last created, in pages', async () => {
  const made: (string | undefined)[] = []
  for (let index = 0; index < 5; index++) made.unshift((await createJob(client, UserPoolId)).JobId)
  const listed: (string | undefined)[] = []
  let PaginationToken: string | undefined
  do {
    const page = await client.listUserImportJobs({ UserPoolId, MaxResults: 2, PaginationToken })
    listed.push(...(page.UserImportJobs ?? []).map(({ JobId }) => JobId))
    PaginationToken = page.PaginationToken
  } while (PaginationToken !== undefined)
  expect(listed).toEqual(made)
})
