import { describe, expect, it } from 'vitest'
import type { PlannedOperation } from '../cognito/operation.js'
import { makesActive } from './monthly-active.js'
import { addStep, emptySummary, type PlanSummary } from './plan-summary.js'
import type { Step } from './step.js'

function step(operations: readonly (string | PlannedOperation)[], more: Partial<Step> = {}): Step {
  return {
    phase: 'users',
    subject: { kind: 'user', id: 'sub-1' },
    operations: operations.map((operation) =>
      typeof operation === 'string' ? { operation, input: {} } : operation,
    ),
    notes: [],
    ...more,
  }
}

const summed = (steps: readonly Step[], triggers: readonly string[] = []): PlanSummary =>
  steps.reduce((summary, next) => addStep(summary, next, triggers), emptySummary())

describe('a plan in numbers', () => {
  it('counts calls, subjects, notes, fidelity and what widens', () => {
    const recreate = { operation: 'AdminCreateUser', input: {}, widens: 'recreate-user' } as const
    const summary = summed([
      step([recreate, 'AdminSetUserPassword'], { notes: [{ code: 'new-account' }, { code: 'no-way-in' }] }),
      step([], { notes: [{ code: 'new-account' }, { code: 'unconfirmed-user' }] }),
      step(['UpdateGroup'], { phase: 'group', subject: { kind: 'group', id: 'admins' } }),
    ])
    expect(summary).toEqual({
      operations: { AdminCreateUser: 1, AdminSetUserPassword: 1, UpdateGroup: 1 },
      widening: {
        'enable-user': 0,
        'membership-with-role': 0,
        'group-role': 0,
        'recreate-user': 1,
        'client-secret': 0,
        'client-access': 0,
        'identity-provider': 0,
        'linked-identity': 0,
        'sign-up': 0,
        'weaker-passwords': 0,
        'looser-mfa': 0,
        'identity-pool-access': 0,
        'identity-pool-role': 0,
      },
      subjects: { user: 1, group: 1 },
      notes: { 'new-account': 2, 'no-way-in': 1, 'unconfirmed-user': 1 },
      lockedOut: 1,
      fidelity: { exact: 1, transformed: 1, lost: 1 },
      mau: 1,
      triggers: {},
    })
  })

  it('counts a user once however many calls make the user active', () => {
    expect(
      summed([step(['AdminAddUserToGroup', 'AdminAddUserToGroup']), step(['AdminDisableUser'])]).mau,
    ).toBe(1)
  })

  it.each(['delete', 'finish'] as const)(
    'does not count a step to %s among what the snapshot has',
    (phase) => {
      const { fidelity, operations } = summed([step(['AdminDeleteUser'], { phase })])
      expect([fidelity, operations]).toEqual([{ exact: 0, transformed: 0, lost: 0 }, { AdminDeleteUser: 1 }])
    },
  )

  it('names the trigger that a creation fires, where the pool has one', () => {
    const calls = [step(['AdminCreateUser', 'AdminSetUserPassword']), step(['AdminCreateUser'])]
    expect(summed(calls, ['PreSignUp', 'PostConfirmation']).triggers).toEqual({ PreSignUp: 2 })
    expect(summed(calls, ['PostConfirmation']).triggers).toEqual({})
  })
})

it('knows which operations make a user monthly active', () => {
  const operations = [
    'AdminCreateUser',
    'AdminSetUserPassword',
    'AdminUpdateUserAttributes',
    'AdminDeleteUserAttributes',
    'AdminAddUserToGroup',
    'AdminRemoveUserFromGroup',
    'AdminEnableUser',
    'AdminDisableUser',
    'AdminDeleteUser',
    'ListUsers',
    'CreateGroup',
  ]
  expect(operations.filter((operation) => makesActive({ operation }))).toEqual(operations.slice(0, 6))
})
