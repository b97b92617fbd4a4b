import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createAskAccount } from '../../src/references-aws/ask-account.js'
import type { SettingsOf } from '../../src/references-aws/aws-service.js'
import { createReferenceChecker } from '../../src/references-aws/create-checker.js'
import type { CheckReference } from '../../src/restore/references/check-reference.js'
import { type AwsServices, startAwsServices } from '../support/aws-services.js'

const ACCOUNT = '123456789012'
const arn = (service: string, resource: string, account = ACCOUNT): string =>
  `arn:aws:${service}:${service === 'iam' ? '' : 'eu-west-1'}:${account}:${resource}`

let services: AwsServices
let check: CheckReference
const regions: string[] = []
const { signal } = new AbortController()

beforeAll(async () => {
  services = await startAwsServices({ account: ACCOUNT, things: {} })
})

beforeEach(() => {
  services.asked.length = 0
  regions.length = 0
  services.account = {
    account: ACCOUNT,
    things: {
      [arn('lambda', 'function:there')]: 'Active',
      [arn('lambda', 'function:there:live')]: 'Active',
      [arn('lambda', 'function:shut')]: 'AccessDeniedException',
      [arn('kms', 'key/there')]: 'Enabled',
      [arn('kms', 'key/going')]: 'PendingDeletion',
      [arn('kms', 'key/shut')]: 'AccessDeniedException',
      [arn('acm', 'certificate/there')]: 'ISSUED',
      [arn('acm', 'certificate/waiting')]: 'PENDING_VALIDATION',
      'example.com': 'verified',
      'new.example.com': 'pending',
      there: arn('iam', 'role/there'),
      moved: arn('iam', 'role/path/moved'),
      shut: 'AccessDenied',
    },
  }
  const settingsOf: SettingsOf = (service, region) => {
    regions.push(`${service} ${region}`)
    return {
      region,
      endpoint: services.url,
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
    }
  }
  check = createReferenceChecker(settingsOf, createAskAccount(settingsOf, 'eu-west-3'), 'eu-west-3')
})

afterAll(() => services.close())

it.each<[arn: string, outcome: string, reason: string]>([
  [arn('lambda', 'function:there'), 'found', ''],
  [arn('lambda', 'function:there:live'), 'found', ''],
  [arn('lambda', 'function:gone'), 'missing', 'there is no such function'],
  [arn('lambda', 'function:shut'), 'unknown', 'access denied'],
  [arn('kms', 'key/there'), 'found', ''],
  [arn('kms', 'key/gone'), 'missing', 'there is no such key'],
  [arn('kms', 'key/going'), 'missing', 'the key is PendingDeletion'],
  [arn('kms', 'key/shut'), 'unknown', 'access denied'],
  [arn('iam', 'role/there'), 'found', ''],
  [arn('iam', 'role/path/moved'), 'found', ''],
  [arn('iam', 'role/moved'), 'missing', 'the role of that name has another ARN'],
  [arn('iam', 'role/gone'), 'missing', 'there is no such role'],
  [arn('iam', 'role/shut'), 'unknown', 'access denied'],
  [arn('iam', 'role/there', '999999999999'), 'unknown', 'it is of another account'],
  [arn('acm', 'certificate/there'), 'found', ''],
  [arn('acm', 'certificate/gone'), 'missing', 'there is no such certificate'],
  [arn('acm', 'certificate/waiting'), 'missing', 'the certificate is PENDING_VALIDATION'],
  [arn('ses', 'identity/example.com'), 'found', ''],
  [arn('ses', 'identity/new.example.com'), 'missing', 'the identity is not verified'],
  [arn('ses', 'identity/gone.example.com'), 'missing', 'there is no such identity'],
  [arn('logs', 'log-group:g'), 'unknown', 'nothing checks what is of logs'],
])('finds that %s is %s: %s', async (value, outcome, reason) => {
  expect(await check(value, signal)).toEqual({ outcome, reason })
})

it('asks in the Region that the ARN names, and for what has none in the restore’s', async () => {
  await check(arn('lambda', 'function:there'), signal)
  await check(arn('iam', 'role/there'), signal)
  expect(regions).toEqual(['LAMBDA eu-west-1', 'IAM eu-west-3', 'STS eu-west-3'])
})

it('asks once which account it is', async () => {
  await check(arn('iam', 'role/there'), signal)
  await check(arn('iam', 'role/gone'), signal)
  expect(services.asked).toEqual(['GetCallerIdentity', 'GetRole there', 'GetRole gone'])
})

it('takes nothing for missing where it is not known whose account it looks at', async () => {
  services.account = { account: '', things: {} }
  expect(await check(arn('iam', 'role/gone'), signal)).toEqual({
    outcome: 'unknown',
    reason: 'the account is not known',
  })
})

it('does not take a service that is not there for something that is not there', async () => {
  const nowhere: SettingsOf = (_, region) => ({
    region,
    endpoint: 'http://127.0.0.1:9',
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' },
  })
  const blind = createReferenceChecker(nowhere, createAskAccount(nowhere, 'eu-west-1'), 'eu-west-1')
  expect(await blind(arn('lambda', 'function:gone'), signal)).toEqual({
    outcome: 'unknown',
    reason: 'ECONNREFUSED',
  })
})

it('ends when it is told to', async () => {
  const stop = new AbortController()
  stop.abort(new Error('stopped'))
  await expect(check(arn('lambda', 'function:there'), stop.signal)).rejects.toThrow('stopped')
})
