import { describe, expect, it } from 'vitest'
import { membersGap, MFA_GAP } from '../cognito/capture-gap.js'
import { RESOURCE_KINDS } from '../cognito/resources/resource-kinds.js'
import type { Manifest } from '../vault/manifest.js'
import { type Incomparable, incomparable } from './incomparable.js'

const gap = (resource: string): Manifest['missing'][number] => ({ resource, operation: 'X', reason: 'why' })

function manifest(
  snapshot: string,
  missing: readonly string[],
  notApplicable: readonly string[],
  streams: object = {},
): Manifest {
  const gaps = { missing: missing.map(gap), notApplicable: notApplicable.map(gap) }
  const counts = Object.fromEntries(RESOURCE_KINDS.map(({ plural }) => [plural, 0]))
  return { snapshot, counts, streams, ...gaps } as unknown as Manifest
}

interface Gaps {
  missing?: string[]
  notApplicable?: string[]
}

function between(left: Gaps, right: Gaps): Incomparable {
  return incomparable(
    manifest('a', left.missing ?? [], left.notApplicable ?? []),
    manifest('b', right.missing ?? [], right.notApplicable ?? []),
  )
}

describe('second factors', () => {
  const withMfa = (snapshot: string, missing: string[] = []): Manifest =>
    manifest(snapshot, missing, [], { mfa: {} })

  it('are not compared where one snapshot was taken without them, which is told and is no gap', () => {
    const without = manifest('b', [], [])
    const expected = { kinds: new Set(), streams: new Set(['mfa']), unknown: [], withoutMfa: 'b' }
    expect(incomparable(withMfa('a'), without)).toEqual(expected)
    expect(incomparable(without, withMfa('a'))).toEqual(expected)
    expect(incomparable(withMfa('a'), withMfa('b')).streams).toEqual(new Set())
  })

  it('are not compared where not all could be read', () => {
    expect(incomparable(withMfa('a', [MFA_GAP]), withMfa('b'))).toEqual({
      kinds: new Set(),
      streams: new Set(['mfa']),
      unknown: [{ ...gap(MFA_GAP), snapshot: 'a' }],
    })
  })
})

describe('what of two snapshots cannot be compared', () => {
  it('is nothing where both could read everything', () => {
    expect(between({}, {})).toEqual({ kinds: new Set(), streams: new Set(), unknown: [] })
  })

  it('is a kind that either could not read, with why', () => {
    expect(between({ missing: ['domains'] }, { missing: ['tagSets'] })).toEqual({
      kinds: new Set(['domain', 'tags']),
      streams: new Set(),
      unknown: [
        { ...gap('domains'), snapshot: 'a' },
        { ...gap('tagSets'), snapshot: 'b' },
      ],
    })
  })

  it('is users with all that is said of them', () => {
    expect(between({}, { missing: ['users'] }).streams).toEqual(new Set(['users', 'memberships']))
  })

  it.each([membersGap(['one']), membersGap(['one', 'two', '3', '4', '5', '6'])])(
    'is who is in which group, for %s',
    (resource) => {
      const found = between({ missing: [resource] }, {})
      expect(found).toMatchObject({ kinds: new Set(), streams: new Set(['memberships']) })
      expect(found.unknown).toEqual([{ ...gap(resource), snapshot: 'a' }])
    },
  )

  it('is who is in which group where the groups are not known, which is said apart', () => {
    const found = between({}, { missing: ['groups'] })
    expect(found).toMatchObject({ kinds: new Set(['group']), streams: new Set(['memberships']) })
    expect(found.unknown.map(({ resource }) => resource)).toEqual(['groups', 'memberships'])
  })

  it('is what belongs to clients where the clients are not known, which is said apart', () => {
    const found = between({}, { missing: ['clients'] })
    expect([...found.kinds]).toEqual(expect.arrayContaining(['client', 'client-session']))
    expect(found.unknown).toContainEqual({ ...gap('clientSessionSettings'), snapshot: 'b' })
  })

  it('is what the version that took one of them did not record, and that it has none means nothing', () => {
    const old = { ...manifest('a', [], []), counts: { pools: 1 } }
    const found = incomparable(old, manifest('b', [], []))
    expect([...found.kinds]).toContain('session')
    expect(found.unknown.map(({ resource }) => resource)).toContain('sessionSettings')
  })

  it('is what applies to one pool alone', () => {
    const found = between({}, { notApplicable: ['domains'] })
    expect(found.kinds).toEqual(new Set(['domain']))
    expect(found.unknown).toEqual([{ ...gap('domains'), snapshot: 'b' }])
  })

  it('is what applies to neither pool, and that is known', () => {
    const found = between({ notApplicable: ['domains'] }, { notApplicable: ['domains'] })
    expect(found).toMatchObject({ kinds: new Set(['domain']), unknown: [] })
  })

  it('is named even where this version does not know it', () => {
    const found = between({ missing: ['holograms'] }, {})
    expect(found).toMatchObject({ kinds: new Set(), unknown: [{ resource: 'holograms' }] })
  })

  it('is named once where a snapshot is compared with itself', () => {
    const one = manifest('a', ['domains'], [])
    expect(incomparable(one, one).unknown).toHaveLength(1)
  })
})
