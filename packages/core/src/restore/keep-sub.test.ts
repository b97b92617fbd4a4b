import { describe, expect, it } from 'vitest'
import { noResources, type ResourceSet } from '../cognito/resource-set.js'
import type { JsonObject } from '../model/canonical.js'
import { collect } from '../testing/collect.js'
import { setOf } from '../testing/resource-sets.js'
import { streamOf, viewOf } from '../testing/user-views.js'
import { checkKeepSub, parseKeepSub } from './keep-sub.js'
import { planRestore } from './plan.js'
import { everything } from './reach/reach.js'
import type { Step } from './step.js'

const NAME = 'custom:original_sub'
const entry = (more: JsonObject = {}): JsonObject => ({
  Name: NAME,
  AttributeDataType: 'String',
  Mutable: true,
  StringAttributeConstraints: {},
  ...more,
})
const poolWith = (...SchemaAttributes: JsonObject[]): ResourceSet => setOf(['pool', '', { SchemaAttributes }])

describe('the name of the attribute', () => {
  it.each(['original_sub', NAME])('is taken as %s', (given) => {
    expect(parseKeepSub(given)).toBe(NAME)
  })

  it.each(['', 'custom:', 'a'.repeat(21), 'dev:custom:x', 'two words', 'x=y'])('is not "%s"', (given) => {
    expect(() => parseKeepSub(given)).toThrow(expect.objectContaining({ code: 'USAGE', value: given }))
  })
})

describe('an attribute', () => {
  const others = (count: number): JsonObject[] =>
    Array.from({ length: count }, (_, at) => entry({ Name: `custom:a${at}` }))

  it.each<[string, ResourceSet, ResourceSet]>([
    ['that nobody has', poolWith(), noResources],
    ['that the snapshot has', poolWith(entry()), noResources],
    ['that the target has', poolWith(), poolWith(entry())],
    [
      'that takes a sub and no more',
      poolWith(entry({ StringAttributeConstraints: { MaxLength: '36' } })),
      noResources,
    ],
    ['that is the fiftieth', poolWith(...others(49)), poolWith(...others(49))],
    ['that is one of fifty', poolWith(...others(49), entry()), noResources],
  ])('%s can keep subs', (_, wanted, current) => {
    expect(() => checkKeepSub(NAME, wanted, current)).not.toThrow()
  })

  it.each<[string, ResourceSet, ResourceSet, RegExp]>([
    ['of another type', poolWith(entry({ AttributeDataType: 'Number' })), noResources, /not a String/],
    ['that is immutable', poolWith(), poolWith(entry({ Mutable: false })), /immutable/],
    [
      'that is too short',
      poolWith(entry({ StringAttributeConstraints: { MaxLength: '35' } })),
      noResources,
      /36/,
    ],
    [
      'that is too long',
      poolWith(entry({ StringAttributeConstraints: { MinLength: '37' } })),
      noResources,
      /36/,
    ],
    // The target's own counts, whatever the snapshot says.
    ['of the target', poolWith(entry()), poolWith(entry({ Mutable: false })), /immutable/],
    ['that would be the fifty-first', poolWith(...others(50)), noResources, /50 custom attributes/],
    [
      'that is one too many in both',
      poolWith(...others(50)),
      poolWith(...others(30)),
      /50 custom attributes/,
    ],
  ])('%s cannot', (_, wanted, current, why) => {
    expect(() => checkKeepSub(NAME, wanted, current)).toThrow(why)
  })

  it('that users can write by a client cannot, for they could give out to have been somebody else', () => {
    const client = setOf(
      ['pool', '', { SchemaAttributes: [entry()] }],
      ['client', 'id', { ClientName: 'web', WriteAttributes: ['email', NAME] }],
    )
    expect(() => checkKeepSub(NAME, client, noResources)).toThrow(/client "web"/)
    expect(() => checkKeepSub(NAME, poolWith(), client)).toThrow(/client "web"/)
  })
})

interface Planned {
  readonly mode?: 'new-pool' | 'in-place'
  readonly attributes?: Record<string, string>
  readonly schema?: readonly JsonObject[]
  readonly isThere?: boolean
}

/** The steps of a restore of ann, whom the target lacks unless told otherwise. */
async function planned({
  mode = 'in-place',
  attributes = {},
  schema = [],
  isThere,
}: Planned): Promise<Step[]> {
  const ann = viewOf({ attributes })
  const resources = setOf(['pool', '', { SchemaAttributes: schema as JsonObject[] }])
  return collect(
    planRestore({
      wanted: { resources, users: streamOf(ann) },
      current: {
        resources: mode === 'new-pool' ? noResources : resources,
        users: isThere === true ? streamOf({ ...ann }) : streamOf(),
      },
      options: { mode, deleteExtra: false, deleteNewer: false, noWidening: false, keepSub: NAME },
      snapshot: { complete: true, takenAt: '2026-11-01T00:00:00.000Z' },
      pairing: { samePool: mode === 'in-place', successors: () => [] },
      targetPoolId: mode === 'in-place' ? 'eu-west-1_target' : undefined,
      domainsHeld: new Set(),
      notApplicable: new Set(),
      reach: everything,
    }),
  )
}

const creationIn = (steps: readonly Step[]): unknown =>
  steps.flatMap(({ operations }) => operations).find(({ operation }) => operation === 'AdminCreateUser')
    ?.input['UserAttributes']

describe('a plan that keeps subs', () => {
  it('makes a new pool with the attribute, and users with their old subs in it', async () => {
    const steps = await planned({ mode: 'new-pool', attributes: { name: 'Ann' } })
    const [pool] = steps
    expect(pool!.operations[0]!.input['Schema']).toEqual([
      expect.objectContaining({
        Name: 'original_sub',
        AttributeDataType: 'String',
        Mutable: true,
        StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
      }),
    ])
    expect(pool!.notes).toContainEqual({ code: 'attribute-added', detail: NAME })
    expect(creationIn(steps)).toEqual([
      { Name: 'name', Value: 'Ann' },
      { Name: NAME, Value: 'sub-1' },
    ])
    expect(steps.find(({ phase }) => phase === 'users')!.notes).toContainEqual({
      code: 'sub-kept',
      detail: NAME,
    })
  })

  it('never writes over the sub that was kept before: it is the original', async () => {
    const steps = await planned({ mode: 'new-pool', attributes: { [NAME]: 'sub-0' }, schema: [entry()] })
    expect(creationIn(steps)).toEqual([{ Name: NAME, Value: 'sub-0' }])
    expect(steps.find(({ phase }) => phase === 'users')!.notes).toContainEqual({
      code: 'older-sub-kept',
      detail: NAME,
    })
    expect(steps[0]!.notes).not.toContainEqual(expect.objectContaining({ code: 'attribute-added' }))
  })

  it('adds the attribute to a pool that lives, before users are made', async () => {
    const added = (await planned({})).find(({ phase }) => phase === 'keep-sub')
    expect(added).toMatchObject({
      operations: [
        { operation: 'AddCustomAttributes', input: { CustomAttributes: [{ Name: 'original_sub' }] } },
      ],
      notes: [{ code: 'attribute-added', detail: NAME }],
    })
  })

  it.each<[string, Planned]>([
    ['which has it', { schema: [entry()] }],
    ['where nobody is made, for it could never be removed', { isThere: true }],
  ])('adds nothing to a pool %s', async (_, given) => {
    expect((await planned(given)).map(({ phase }) => phase)).not.toContain('keep-sub')
  })
})
