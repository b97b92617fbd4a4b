import { describe, expect, it } from 'vitest'
import type { ResourceSet } from '../cognito/resource-set.js'
import type { JsonObject } from '../model/canonical.js'
import { collect } from '../testing/collect.js'
import { setOf } from '../testing/resource-sets.js'
import { streamOf, type ViewedUser, viewOf } from '../testing/user-views.js'
import { planRestore } from './plan.js'
import type { PlanOptions } from './plan-options.js'
import { everything } from './reach/reach.js'
import { PHASES, type Step } from './step.js'

interface State {
  readonly resources?: ResourceSet
  readonly users?: readonly ViewedUser[]
}

async function planned(wanted: State, current: State, options: Partial<PlanOptions> = {}): Promise<Step[]> {
  const state = ({
    resources = setOf(),
    users = [],
  }: State): Parameters<typeof planRestore>[0]['wanted'] => ({
    resources,
    users: streamOf(...users.map(viewOf)),
  })
  return collect(
    planRestore({
      wanted: state(wanted),
      current: state(current),
      options: { mode: 'in-place', deleteExtra: false, deleteNewer: false, noWidening: false, ...options },
      snapshot: { complete: true, takenAt: '2026-11-01T00:00:00.000Z' },
      pairing: { samePool: options.mode === undefined, successors: () => [] },
      targetPoolId: 'eu-west-1_target',
      domainsHeld: new Set(),
      notApplicable: new Set(),
      reach: everything,
    }),
  )
}

const group = (RoleArn?: string): ResourceSet =>
  setOf(['group', 'g', { GroupName: 'g', ...(RoleArn === undefined ? {} : { RoleArn }) }])

it('joins users by their keys, and plans each once', async () => {
  const users = ['a', 'b', 'c'].map((sub) => ({ sub, username: sub }))
  const wanted = { users: [users[0]!, { ...users[1]!, enabled: false }] }
  const steps = await planned(wanted, { users: [users[1]!, users[2]!] })
  expect(steps.map(({ phase, subject }) => [phase, subject.id])).toEqual([
    ['users', 'a'],
    ['survivors', 'b'],
    ['delete', 'c'],
  ])
})

it('has phases in which nothing comes before what it needs', () => {
  // The resources that others name first; survivors before those who need their addresses; deletions when all is back.
  expect(PHASES).toEqual([
    'pool',
    'mfa',
    'identity-provider',
    'resource-server',
    'client',
    'client-secrets',
    'risk',
    'session',
    'client-session',
    'log-delivery',
    'domain',
    'ui',
    'branding',
    'terms',
    'group',
    'tags',
    'replica',
    'signing-certificate',
    'keep-sub',
    'release',
    'survivors',
    'settle',
    'import',
    'users',
    'identity-pool',
    'delete',
    'finish',
  ])
})

describe('whether membership of a group widens access', () => {
  /** What a user who is put back into the group gets, as the plan marks it. */
  async function widens(
    wanted: ResourceSet,
    current: ResourceSet,
    options: Partial<PlanOptions> = {},
  ): Promise<string | undefined> {
    const steps = await planned(
      { resources: wanted, users: [{ groups: ['g'] }] },
      { resources: current, users: [{}] },
      options,
    )
    const operations = steps.filter(({ phase }) => phase === 'survivors').flatMap((step) => step.operations)
    return operations.length === 0 ? 'left out' : operations[0]!.widens
  }
  const yes = 'membership-with-role'

  it.each<
    [what: string, wanted: ResourceSet, current: ResourceSet, Partial<PlanOptions>, string | undefined]
  >([
    ['has a role now', group(), group('r'), {}, yes],
    ['has a role now, and nothing may be widened', group(), group('r'), { noWidening: true }, 'left out'],
    ['gets one back', group('r'), group(), {}, yes],
    ['does not get one back', group('r'), group(), { noWidening: true }, undefined],
    ['comes back with one', group('r'), setOf(), {}, yes],
    ['comes back without', group('r'), setOf(), { noWidening: true }, undefined],
    ['never had one', group(), group(), {}, undefined],
    ['is left without one in an existing pool', group('r'), group(), { mode: 'existing-pool' }, undefined],
    ['has one in an existing pool', group(), group('r'), { mode: 'existing-pool' }, yes],
    ['comes to an existing pool with one', group('r'), setOf(), { mode: 'existing-pool' }, yes],
    [
      'comes to an existing pool without',
      group('r'),
      setOf(),
      { mode: 'existing-pool', noWidening: true },
      undefined,
    ],
  ])('that %s', async (_, wanted, current, options, expected) => {
    expect(await widens(wanted, current, options)).toBe(expected)
  })

  it('of which neither side knows, is reported', async () => {
    const steps = await planned({ users: [{ groups: ['g'] }] }, { users: [{}] })
    expect(steps[0]).toMatchObject({ operations: [], notes: [{ code: 'group-unknown', detail: 'g' }] })
  })

  it('that only the target has is given back, into the group that is there', async () => {
    expect(await widens(setOf(), group())).toBe(undefined)
  })
})

describe('the attributes that a survivor can be given', () => {
  const schema = (name: string, more: JsonObject = {}): ResourceSet =>
    setOf(['pool', '', { SchemaAttributes: [{ Name: name, ...more }] }])

  async function isWritten(wanted: ResourceSet, current: ResourceSet): Promise<boolean> {
    const steps = await planned(
      { resources: wanted, users: [{ attributes: { 'custom:a': '1' } }] },
      { resources: current, users: [{}] },
    )
    return steps.some(({ phase, operations }) => phase === 'survivors' && operations.length > 0)
  }

  it.each<[what: string, wanted: ResourceSet, current: ResourceSet, boolean]>([
    ['of the target', schema('custom:b'), schema('custom:a'), true],
    ['that the plan adds', schema('custom:a'), schema('custom:b'), true],
    ['that say that they are mutable', schema('custom:a', { Mutable: true }), setOf(), true],
    ['not those that are immutable', schema('custom:a', { Mutable: false }), setOf(), false],
    [
      'not those of which the target says so',
      schema('custom:a'),
      schema('custom:a', { Mutable: false }),
      false,
    ],
    ['not those that nobody knows', schema('custom:b'), schema('custom:b'), false],
  ])('%s', async (_, wanted, current, expected) => {
    expect(await isWritten(wanted, current)).toBe(expected)
  })
})

it('takes the rules of signing in from the pool that people will be in', async () => {
  const byEmail = setOf(['pool', '', { UsernameAttributes: ['email'] }])
  const byName = setOf(['pool', '', {}])
  const users = [{ username: 'made-up', attributes: { email: 'ann@x' } }]
  const login = async (
    wanted: ResourceSet,
    current: ResourceSet,
    mode?: PlanOptions['mode'],
  ): Promise<unknown> => {
    const steps = await planned({ resources: wanted, users }, { resources: current }, mode && { mode })
    return steps.find(({ phase }) => phase === 'users')!.operations[0]!.input['Username']
  }
  expect(await login(byEmail, setOf(), 'new-pool')).toBe('ann@x')
  expect(await login(byName, byEmail, 'existing-pool')).toBe('ann@x')
  expect(await login(byEmail, byName, 'existing-pool')).toBe('made-up')
})

it('gives members of a group with a role in a new pool nothing that is marked, for nobody uses it yet', async () => {
  const steps = await planned({ resources: group('r'), users: [{ groups: ['g'] }] }, {}, { mode: 'new-pool' })
  expect(steps.flatMap(({ operations }) => operations).filter(({ widens }) => widens !== undefined)).toEqual(
    [],
  )
})
