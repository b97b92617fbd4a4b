import { describe, expect, it } from 'vitest'
import { clientKind } from '../cognito/resources/client.js'
import { groupKind } from '../cognito/resources/group.js'
import { poolKind } from '../cognito/resources/pool.js'
import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import { resourceServerKind } from '../cognito/resources/resource-server.js'
import type { JsonObject } from '../model/canonical.js'
import { viewOf } from '../testing/user-views.js'
import { planExtraResource, planExtraUser } from './plan-extras.js'
import type { PlanOptions } from './plan-options.js'

const TAKEN = '2026-11-01T00:00:00.000Z'
const OLDER = '2026-10-31T23:59:59.999Z'
const MODIFIED = '2026-10-31T12:00:00.000Z'

interface Case {
  readonly options?: Partial<PlanOptions>
  readonly complete?: boolean
}

const planning = ({ options = {}, complete = true }: Case): Parameters<typeof planExtraUser>[1] => ({
  options: { mode: 'in-place', deleteExtra: false, deleteNewer: false, noWidening: false, ...options },
  snapshot: { complete, takenAt: TAKEN },
})

const extra = { deleteExtra: true }
const everything = { deleteExtra: true, deleteNewer: true }

/** What becomes of something extra: why it is left, or nothing where it is deleted. */
const CASES: readonly [what: string, created: string | undefined, found: Case, left: string | undefined][] = [
  ['old, untold', OLDER, {}, 'extra-left'],
  ['old, told only to delete what is newer', OLDER, { options: { deleteNewer: true } }, 'extra-left'],
  ['old, told to delete what is extra', OLDER, { options: extra }, undefined],
  [
    'old, told to, from an incomplete snapshot',
    OLDER,
    { options: extra, complete: false },
    'extra-of-incomplete',
  ],
  ['old, untold, from an incomplete snapshot', OLDER, { complete: false }, 'extra-left'],
  ['made at the very moment of the snapshot', TAKEN, { options: extra }, 'newer-left'],
  ['newer, told to delete what is extra', '2026-11-02T00:00:00.000Z', { options: extra }, 'newer-left'],
  ['newer, told to delete what is newer too', '2026-11-02T00:00:00.000Z', { options: everything }, undefined],
  ['newer, told all, incomplete', TAKEN, { options: everything, complete: false }, 'extra-of-incomplete'],
  ['of no date, told to delete what is extra', undefined, { options: extra }, 'newer-left'],
  ['of no date, told to delete what is newer too', undefined, { options: everything }, undefined],
]

describe('a user whom the snapshot does not have', () => {
  const userOfDate = (created: string | undefined): ReturnType<typeof viewOf> =>
    viewOf({
      body: {
        ...(created === undefined ? {} : { UserCreateDate: created }),
        UserLastModifiedDate: MODIFIED,
      },
    })
  const subject = { kind: 'user', id: 'sub-1', username: 'ann' }

  it.each(CASES)('%s', (_, created, found, left) => {
    expect([...planExtraUser(userOfDate(created), planning(found))]).toEqual([
      left === undefined
        ? {
            phase: 'delete',
            subject,
            operations: [
              {
                operation: 'AdminDeleteUser',
                input: { UserPoolId: { $ref: 'pool' }, Username: 'ann' },
                expects: { sub: 'sub-1', UserLastModifiedDate: MODIFIED },
              },
            ],
            notes: [],
          }
        : { phase: 'delete', subject, operations: [], notes: [{ code: left }] },
    ])
  })

  it('is deleted only while there is still no date where there was none', () => {
    const [step] = planExtraUser(viewOf(), planning({ options: everything }))
    expect(step!.operations[0]!.expects).toEqual({ sub: 'sub-1', UserLastModifiedDate: null })
  })

  it('is nothing to speak of in an existing pool', () => {
    expect([
      ...planExtraUser(userOfDate(OLDER), planning({ options: { ...everything, mode: 'existing-pool' } })),
    ]).toEqual([])
  })
})

describe('a resource that the snapshot does not have', () => {
  const group = (created: string | undefined): { name: string; body: JsonObject } => ({
    name: 'locals',
    body: {
      GroupName: 'locals',
      UserPoolId: 'pool',
      Precedence: 3,
      ...(created === undefined ? {} : { CreationDate: created }),
    },
  })
  const subject = { kind: 'group', id: 'locals' }

  it.each(CASES)('%s', (_, created, found, left) => {
    expect([...planExtraResource(groupKind, group(created), planning(found))]).toEqual([
      left === undefined
        ? {
            phase: 'delete',
            subject,
            operations: [
              {
                operation: 'DeleteGroup',
                input: { UserPoolId: { $ref: 'pool' }, GroupName: 'locals' },
                expects: { GroupName: 'locals', Precedence: 3 },
              },
            ],
            notes: [],
          }
        : { phase: 'delete', subject, operations: [], notes: [{ code: left }] },
    ])
  })

  it('is nothing to speak of in an existing pool', () => {
    const all = planning({ options: { ...everything, mode: 'existing-pool' } })
    expect([...planExtraResource(groupKind, group(OLDER), all)]).toEqual([])
  })

  it('of a kind that a pool or client always has, or that cannot be taken away, is never removed', () => {
    const all = planning({ options: everything })
    const kinds = RESOURCE_KINDS.filter(
      (kind) => [...planExtraResource(kind, { name: '', body: {} }, all)].length === 0,
    )
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'pool',
      'mfa',
      'client-secrets',
      'risk',
      'session',
      'client-session',
      'log-delivery',
      'tags',
      'signing-certificate',
    ])
    expect([...planExtraResource(poolKind, { name: '', body: {} }, planning({}))]).toEqual([])
  })

  it.each([
    [clientKind, 'DeleteUserPoolClient', { ClientId: 'one' }],
    [resourceServerKind, 'DeleteResourceServer', { Identifier: 'one' }],
  ])('is deleted by its name', (kind, operation, named) => {
    const [step] = planExtraResource(kind, { name: 'one', body: {} }, planning({ options: everything }))
    expect(step!.operations).toEqual([
      { operation, input: { UserPoolId: { $ref: 'pool' }, ...named }, expects: {} },
    ])
  })
})
