import { describe, expect, it } from 'vitest'
import { readResources, type ResourceSet } from '../cognito/resource-set.js'
import type { JsonObject } from '../model/canonical.js'
import { makeRecord, resourceKey } from '../model/records.js'
import { diffResources, type ResourceDifference } from './diff-resources.js'

type Found = readonly [kind: string, name: string, body: JsonObject]

async function setOf(found: readonly Found[]): Promise<ResourceSet> {
  // eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
  async function* records(): AsyncGenerator<ReturnType<typeof makeRecord>> {
    for (const [kind, name, body] of found) yield makeRecord(resourceKey(kind, name), body)
  }
  return readResources(records())
}

async function diff(
  before: readonly Found[],
  after: readonly Found[],
  samePool = true,
): Promise<ResourceDifference[]> {
  return [...diffResources(await setOf(before), await setOf(after), { samePool, successors: () => [] })]
}

const client = (id: string, body: JsonObject = {}): Found => [
  'client',
  id,
  { ClientId: id, ClientName: 'web', ...body },
]

describe('a diff of resources', () => {
  it('is empty where nothing differs but what the service writes', async () => {
    const dated = (date: string): Found => [
      'group',
      'g',
      { GroupName: 'g', CreationDate: date, LastModifiedDate: date },
    ]
    expect(await diff([dated('2025')], [dated('2026')])).toEqual([])
  })

  it('names what came and what went', async () => {
    expect(await diff([['group', 'old', {}]], [['group', 'new', {}]])).toEqual([
      { kind: 'group', name: 'old', change: 'removed', before: {}, after: {} },
      { kind: 'group', name: 'new', change: 'added', before: {}, after: {} },
    ])
  })

  it('shows the members that differ as they were and are, and null for none', async () => {
    const before: Found = ['group', 'g', { GroupName: 'g', Precedence: 1, RoleArn: 'arn' }]
    const after: Found = ['group', 'g', { GroupName: 'g', Precedence: 2, Description: 'd' }]
    expect(await diff([before], [after])).toEqual([
      {
        kind: 'group',
        name: 'g',
        change: 'changed',
        before: { Precedence: 1, RoleArn: 'arn', Description: null },
        after: { Precedence: 2, RoleArn: null, Description: 'd' },
      },
    ])
  })

  it('never shows a secret, however deep, and still says that it differs', async () => {
    const found = await diff(
      [
        client('1', { ClientSecret: 'hush-1' }),
        [
          'identity-provider',
          'p',
          {
            ProviderDetails: { client_id: 'i', client_secret: 'hush-2', nested: [{ private_key: 'hush-3' }] },
          },
        ],
      ],
      [
        client('1', { ClientSecret: 'hush-4' }),
        [
          'identity-provider',
          'p',
          {
            ProviderDetails: { client_id: 'j', client_secret: 'hush-5', nested: [{ private_key: 'hush-6' }] },
          },
        ],
      ],
    )
    expect(found.map(({ kind, change }) => [kind, change])).toEqual([
      ['identity-provider', 'changed'],
      ['client', 'changed'],
    ])
    expect(JSON.stringify(found)).not.toContain('hush')
    expect(JSON.stringify(found)).toContain('"client_id":"j"')
  })

  it('says that there was no secret before, rather than mask nothing', async () => {
    const [found] = await diff([client('1')], [client('1', { ClientSecret: 'hush' })])
    expect(found!.before).toEqual({ ClientSecret: null })
    expect(JSON.stringify(found)).not.toContain('hush')
  })

  it('takes a client with a new id for the same one across pools, and for another within one', async () => {
    expect(await diff([client('1')], [client('2')], false)).toEqual([])
    expect((await diff([client('1')], [client('2')], true)).map((one) => one.change)).toEqual([
      'removed',
      'added',
    ])
  })

  it('does not mind the name of another pool', async () => {
    const pool = (name: string): Found => ['pool', '', { Name: name }]
    expect(await diff([pool('a')], [pool('b')], false)).toEqual([])
    expect(await diff([pool('a')], [pool('b')], true)).toHaveLength(1)
  })
})
