import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import * as identityPools from '@aws-sdk/client-cognito-identity'
import * as userPools from '@aws-sdk/client-cognito-identity-provider'
import { describe, expect, it } from 'vitest'
import { CAPTURE_READS } from '../../core/src/cognito/capture-reads.js'
import { type FunctionName, type Permission, ROLES } from '../src/permissions.js'
import { callsFrom, hasFunctions } from './support/operations.js'

const ROOT = fileURLToPath(new URL('../../core/src', import.meta.url))
const OPERATIONS = new Set(
  [userPools, identityPools].flatMap((sdk) =>
    Object.keys(sdk)
      .filter((name) => name.endsWith('Command'))
      .map((name) => name.slice(0, -'Command'.length)),
  ),
)
/** Modules that say something of operations, and call none. */
const TABLES = new Set([
  'limiter/quotas.ts',
  'cognito/budgeted-api.ts',
  'cognito/services.ts',
  'cognito/capture-reads.ts',
  'restore/monthly-active.ts',
])

/** The vault of a stack lies in S3. */
const DYNAMODB = 'storage/dynamodb/'

/** What stands in the code that a function reaches, though the function never comes there. */
const NEVER_COME_TO: Readonly<Record<string, string>> = {
  AdminGetUserAuthFactors: 'only a backup with --mfa capture asks; the stack reads no second factors',
  ListObjectVersions: 'only repair looks at old versions',
  GetCallerIdentity: 'IAM allows it to everybody',
}
const COGNITO = ['cognito-idp', 'cognito-identity']

function listed(name: FunctionName, which: (permission: Permission) => boolean): string[] {
  const rows = ROLES[name].filter((permission) => permission.because === undefined && which(permission))
  return [...new Set(rows.flatMap(({ operations }) => operations))].sort()
}
const isCognito = ({ service }: Permission) => COGNITO.includes(service)
const names = Object.keys(ROLES) as FunctionName[]

describe('the table', () => {
  it('names operations that there are', () => {
    for (const name of names)
      expect(listed(name, isCognito).filter((name) => !OPERATIONS.has(name))).toEqual([])
  })

  it('of a backup has what a capture reads, and nothing else of Cognito', () => {
    expect(listed('backup', isCognito)).toEqual([...CAPTURE_READS].sort())
  })

  it('of care has nothing of Cognito, and alone may delete from the vault', () => {
    expect(listed('care', isCognito)).toEqual([])
    expect(names.filter((name) => listed(name, () => true).includes('DeleteObject'))).toEqual(['care'])
  })

  it('lets a drill delete, change and tag only pools with its tag, and make only such', () => {
    const writes = ROLES.drill.filter(
      (permission) =>
        isCognito(permission) &&
        permission.operations.some((name) => !/^(List|Describe|Get|AdminGet)/.test(name)),
    )
    expect([...new Set(writes.map(({ scope }) => scope))].sort()).toEqual([
      'new-scratch-pool',
      'scratch-pool',
    ])
    expect(
      writes.filter(({ scope }) => scope === 'new-scratch-pool').flatMap((row) => row.operations),
    ).toEqual(['CreateUserPool'])
    expect(names.filter((name) => listed(name, () => true).includes('DeleteUserPool'))).toEqual(['drill'])
    expect(listed('drill', () => true).filter((name) => name.includes('ImportJob'))).toEqual([])
  })
})

describe.skipIf(!hasFunctions(ROOT))('the code of the functions, where packages/core has it', () => {
  const called = (name: FunctionName) =>
    callsFrom(ROOT, `lambda/workflow/${name}.ts`, OPERATIONS, TABLES, DYNAMODB)
  const reached = new Map(hasFunctions(ROOT) ? names.map((name) => [name, called(name)]) : [])
  const of = (name: FunctionName) => {
    const { cognito, commands } = reached.get(name) ?? { cognito: [], commands: [] }
    return [...cognito, ...commands].filter((operation) => NEVER_COME_TO[operation] === undefined)
  }

  it.each(names)('%s may nothing that its code does not call', (name) => {
    const all = new Set(of(name))
    expect(listed(name, () => true).filter((operation) => !all.has(operation))).toEqual([])
  })

  it('a restore may all that its code calls', () => {
    const allowed = new Set(listed('restore', () => true))
    // Prune's, which the store can, and a restore never asks for; a new key slot is a backup's that makes the vault.
    const others = new Set(['DeleteObject', 'Encrypt'])
    expect(
      of('restore')
        .filter((name) => !allowed.has(name) && !others.has(name))
        .sort(),
    ).toEqual([])
  })

  it('what the code of any function calls, some function may', () => {
    const allowed = new Set(names.flatMap((name) => listed(name, () => true)))
    expect(names.flatMap(of).filter((operation) => !allowed.has(operation))).toEqual([])
  })

  it('every exception is still one', () => {
    const all = new Set([...reached.values()].flatMap(({ cognito, commands }) => [...cognito, ...commands]))
    expect(Object.keys(NEVER_COME_TO).filter((operation) => !all.has(operation))).toEqual([])
  })
})

describe('the policies of the template', () => {
  const template = createRequire(import.meta.url)('../../../template/cognito-vault.template.json') as {
    Resources: Record<string, { Properties: { Policies: { PolicyDocument: { Statement: object[] } }[] } }>
  }
  const statements = (role: string) =>
    (template.Resources[role]?.Properties.Policies ?? []).flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.map(
        (statement) =>
          ('Fn::If' in statement ? (statement['Fn::If'] as unknown[])[1] : statement) as {
            Action: string[]
            Condition?: object
          },
      ),
    )

  it.each([
    ['BackupRole', 'backup'],
    ['RestoreRole', 'restore'],
    ['DrillRole', 'drill'],
    ['CareRole', 'care'],
  ] as const)('%s has the actions of the table, none with a wildcard', (role, name) => {
    const actions = statements(role).flatMap(({ Action }) => Action)
    const inTable = ROLES[name].flatMap(({ service, operations, action }) =>
      operations.map((operation) => action ?? `${service}:${operation}`),
    )
    expect([...new Set(actions)].sort()).toEqual([...new Set(inTable)].sort())
    expect(actions.join()).not.toContain('*')
  })

  it('a restore lets AWS services alone be granted keys', () => {
    const granting = statements('RestoreRole').filter(({ Action }) => Action.includes('kms:CreateGrant'))
    expect(granting.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      [['kms:CreateGrant'], { Bool: { 'kms:GrantIsForAWSResource': 'true' } }],
    ])
  })

  it('the tag is a condition of what a drill does', () => {
    const of = (action: string) => statements('DrillRole').filter(({ Action }) => Action.includes(action))
    expect(of('cognito-idp:DeleteUserPool').map(({ Condition }) => Condition)).toEqual([
      { Null: { 'aws:ResourceTag/cognito-vault:drill': 'false' } },
    ])
    expect(of('cognito-idp:CreateUserPool').map(({ Condition }) => Condition)).toEqual([
      { Null: { 'aws:RequestTag/cognito-vault:drill': 'false' } },
    ])
  })
})
