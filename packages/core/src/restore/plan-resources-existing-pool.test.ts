import { expect, it } from 'vitest'
import type { JsonObject } from '../model/canonical.js'
import { plannedResources } from '../testing/planned-resources.js'
import { setOf } from '../testing/resource-sets.js'

const existing = { mode: 'existing-pool', samePool: false, deleteExtra: true, deleteNewer: true } as const

const attribute = (Name: string): JsonObject => ({ Name, Mutable: true })

it('gives the pool the attributes that it lacks, and names the settings that it leaves, but for its name', () => {
  const wanted = { Name: 'shop', A: 1, SchemaAttributes: [attribute('custom:a')] }
  const current = { Name: 'other', A: 2, SchemaAttributes: [] }
  expect(plannedResources(setOf(['pool', '', wanted]), setOf(['pool', '', current]), existing)).toEqual([
    {
      phase: 'pool',
      subject: { kind: 'pool', id: '' },
      operations: [
        {
          operation: 'AddCustomAttributes',
          input: { UserPoolId: { $ref: 'pool' }, CustomAttributes: [attribute('a')] },
        },
      ],
      notes: [{ code: 'new-pool-id' }, { code: 'left-as-it-is', detail: 'A' }],
      successor: { id: 'eu-west-1_target' },
    },
  ])
})

it('says of a pool that is otherwise the same only that its id is another', () => {
  const [step] = plannedResources(
    setOf(['pool', '', { Name: 'a' }]),
    setOf(['pool', '', { Name: 'b' }]),
    existing,
  )
  expect([step!.operations, step!.notes]).toEqual([[], [{ code: 'new-pool-id' }]])
})

it('leaves the settings of what is there, secrets and tags included, and names them', () => {
  const wanted = setOf(
    ['client', 'old', { ClientName: 'web', ClientSecret: 'a', A: 1 }],
    ['group', 'admins', { GroupName: 'admins', RoleArn: 'arn:a' }],
    ['tags', '', { Tags: { team: 'a', both: 'c' } }],
  )
  const current = setOf(
    ['client', 'new', { ClientName: 'web', ClientSecret: 'b', A: 2 }],
    ['group', 'admins', { GroupName: 'admins' }],
    ['tags', '', { Tags: { team: 'b', both: 'c' } }],
  )
  expect(plannedResources(wanted, current, existing)).toEqual([
    {
      phase: 'client',
      subject: { kind: 'client', id: 'old' },
      operations: [],
      notes: [{ code: 'new-client-id' }, { code: 'left-as-it-is', detail: 'ClientSecret, A' }],
      successor: { id: 'new' },
    },
    {
      phase: 'group',
      subject: { kind: 'group', id: 'admins' },
      operations: [],
      notes: [{ code: 'left-as-it-is', detail: 'RoleArn' }],
    },
    {
      phase: 'tags',
      subject: { kind: 'tags', id: '' },
      operations: [],
      notes: [{ code: 'left-as-it-is', detail: 'team' }],
    },
  ])
})

it('adds what is missing, with its role apart, and its tags', () => {
  const wanted = setOf(
    ['group', 'admins', { GroupName: 'admins', RoleArn: 'arn:a' }],
    ['tags', '', { Tags: { team: 'a' } }],
  )
  const [group, tags] = plannedResources(wanted, setOf(), existing)
  expect(group!.operations.map(({ operation, widens }) => [operation, widens])).toEqual([
    ['CreateGroup', undefined],
    ['UpdateGroup', 'group-role'],
  ])
  expect(tags!.operations).toEqual([
    {
      operation: 'TagResource',
      input: { ResourceArn: { $ref: 'poolArn' }, Tags: { team: 'a' } },
      expects: { team: null },
    },
  ])
})

it('neither deletes nor names what the target has beyond the snapshot', () => {
  const old = { GroupName: 'locals', CreationDate: '2020-01-01T00:00:00.000Z' }
  expect(plannedResources(setOf(), setOf(['group', 'locals', old]), existing)).toEqual([])
})
