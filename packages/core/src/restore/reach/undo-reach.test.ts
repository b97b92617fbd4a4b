import { describe, expect, it } from 'vitest'
import { groupKind } from '../../cognito/resources/group.js'
import { clientKind } from '../../cognito/resources/client.js'
import { poolKind } from '../../cognito/resources/pool.js'
import { tagsKind } from '../../cognito/resources/tags.js'
import { attributesOf, userOf } from '../../diff/user-view.js'
import type { JsonObject } from '../../model/canonical.js'
import { collect } from '../../testing/collect.js'
import { streamOf, type ViewedUser, viewOf } from '../../testing/user-views.js'
import type { ReachedUser, UserPair } from './reach.js'
import type { ResourceWrites, UserWrites } from './run-writes.js'
import { type Undone, undoReach } from './undo-reach.js'

const ENDED = '2026-11-24T10:00:00.000Z'

function reachOf(undone: Partial<Undone>): ReturnType<typeof undoReach> {
  return undoReach({
    users: streamOf(),
    resources: new Map(),
    groupsOfOthers: new Set(),
    madeUnanswered: () => false,
    endedAt: ENDED,
    ...undone,
  })
}

interface Case {
  readonly before?: ViewedUser
  readonly now?: ViewedUser
  readonly written?: Partial<UserWrites>
  readonly unanswered?: boolean
}

async function reached({ before, now, written, unanswered = false }: Case): Promise<ReachedUser | undefined> {
  const pair = {
    key: 'sub-1',
    ...(before === undefined ? {} : { left: viewOf(before) }),
    ...(now === undefined ? {} : { right: viewOf(now) }),
  } as UserPair
  const writes: UserWrites[] =
    written === undefined
      ? []
      : [{ key: 'sub-1', fate: 'changed', attributes: {}, groups: {}, links: {}, ...written }]
  const reach = reachOf({ users: streamOf(...writes), madeUnanswered: () => unanswered })
  const [found] = await collect(reach.users(streamOf(pair)))
  return found
}

describe('a user whom the run wrote', () => {
  const before = {
    attributes: { nickname: 'a', email: 'a@x', email_verified: 'true' },
    groups: ['g'],
    enabled: false,
  }

  it('gets back what is still as it was written, and keeps what is not', async () => {
    const now = {
      attributes: { nickname: 'b', email: 'own@x', email_verified: 'true' },
      groups: [],
      enabled: false,
    }
    const found = await reached({
      before,
      now,
      written: {
        attributes: { nickname: 'b', email: 'b@x', email_verified: 'true' },
        groups: { g: false },
        enabled: true,
      },
    })
    const left = found!.pair.left!
    expect(Object.fromEntries(attributesOf(userOf(left)))).toEqual({
      sub: 'sub-1',
      nickname: 'a',
      email: 'own@x',
      email_verified: 'true',
    })
    expect(left.groups).toEqual(['g'])
    // Somebody has disabled the user again: that is as it was before, and nothing to tell of.
    expect(found!.notes).toEqual([{ code: 'changed-since-run', detail: 'email' }])
  })

  it('loses an attribute and a group that the run gave', async () => {
    const found = await reached({
      before: {},
      now: { attributes: { nickname: 'b' }, groups: ['g', 'h'] },
      written: { attributes: { nickname: 'b' }, groups: { g: true } },
    })
    expect(attributesOf(userOf(found!.pair.left!)).has('nickname')).toBe(false)
    expect(found!.pair.left!.groups).toEqual(['h'])
  })

  it('is deleted when the run made the user, unless somebody has changed the user since', async () => {
    const made = { fate: 'made' } as const
    const untouched = { body: { UserLastModifiedDate: ENDED } }
    expect(await reached({ now: untouched, written: made })).toMatchObject({ notes: [] })
    const changed = { body: { UserLastModifiedDate: '2026-11-24T10:00:00.001Z' } }
    expect(await reached({ now: changed, written: made })).toMatchObject({
      isLeft: true,
      notes: [{ code: 'changed-since-run' }],
    })
    expect(await reached({ now: untouched, unanswered: true })).toBeDefined()
    expect(await reached({ now: untouched })).toBeUndefined()
    expect(await reached({ now: untouched, written: { fate: 'changed' } })).toBeUndefined()
  })

  it.each<[string, ViewedUser, Partial<UserWrites>, boolean]>([
    ['has what the run gave', {}, {}, false],
    ['has an attribute otherwise', { attributes: { email: 'own@x' } }, {}, true],
    ['has an attribute more', { attributes: { email: 'A@x', nickname: 'n' } }, {}, true],
    ['has an attribute less', { attributes: {} }, {}, true],
    ['is in a group more', { groups: ['g', 'h'] }, {}, true],
    ['is in a group less', { groups: [] }, {}, true],
    ['is in a group less, of a run that was cut off', { groups: [] }, { isUnsure: true }, false],
    ['was disabled since', { enabled: false }, {}, true],
    ['was enabled since', {}, { enabled: false }, true],
    ['was not disabled yet by a run that was cut off', {}, { enabled: false, isUnsure: true }, false],
  ])('who was made by the run and %s is told of or deleted', async (_, now, written, isLeft) => {
    const found = await reached({
      now: { attributes: { email: 'A@x' }, groups: ['g'], ...now },
      // An empty value is none, and an address that is the username may come back in lower case.
      written: { fate: 'made', attributes: { email: 'a@x', name: '' }, groups: { g: true }, ...written },
    })
    expect(found!.isLeft === true).toBe(isLeft)
  })

  it('is made again when the run deleted the user, and not when somebody else did', async () => {
    expect(await reached({ before, written: { fate: 'deleted' } })).toMatchObject({ notes: [] })
    expect(await reached({ before, written: { attributes: { nickname: 'b' } } })).toBeUndefined()
    expect(await reached({ before })).toBeUndefined()
  })
})

describe('a resource that the run wrote', () => {
  const resource = (
    before: JsonObject | undefined,
    now: JsonObject | undefined,
    written: ResourceWrites | undefined,
    kind = groupKind,
    name = 'g',
  ): ReturnType<ReturnType<typeof undoReach>['resource']> =>
    reachOf({
      resources: new Map(
        written === undefined ? [] : [[name === '' ? kind.kind : `${kind.kind}/${name}`, written]],
      ),
    }).resource({
      kind,
      wanted: before && { name, body: before },
      current: now && { name, body: now },
    })

  it('gets back the members that are still as they were written', () => {
    const found = resource(
      { Description: 'a', Precedence: 1 },
      { Description: 'b', Precedence: 7, RoleArn: 'r' },
      { fate: 'changed', members: { Description: 'b', Precedence: 2 } },
    )
    expect(found!.pair.wanted!.body).toEqual({ Description: 'a', Precedence: 7, RoleArn: 'r' })
    expect(found!.notes).toEqual([{ code: 'changed-since-run', detail: 'Precedence' }])
  })

  it('loses a member that the run gave', () => {
    const found = resource({}, { Description: 'b' }, { fate: 'changed', members: { Description: 'b' } })
    expect(found!.pair.wanted!.body).toEqual({})
  })

  it('gets back tags one by one', () => {
    const found = resource(
      { Tags: { a: '1' } },
      { Tags: { a: '2', b: '2', c: 'own' } },
      { fate: 'changed', members: { Tags: { a: '2', b: '2', c: '2' } } },
      tagsKind,
      '',
    )
    expect(found!.pair.wanted!.body).toEqual({ Tags: { a: '1', c: 'own' } })
  })

  it('tells of attributes of the schema, which stay', () => {
    const found = resource(
      { SchemaAttributes: [] },
      { SchemaAttributes: [{ Name: 'custom:a' }] },
      { fate: 'changed', members: { SchemaAttributes: null } },
      poolKind,
      '',
    )
    expect(found!.pair.wanted!.body).toEqual({ SchemaAttributes: [] })
  })

  it('is removed when the run made it and it is still what the run made', () => {
    const made: ResourceWrites = { fate: 'made', members: { GroupName: 'g', Description: 'a' } }
    expect(resource(undefined, { GroupName: 'g', Description: 'a' }, made)).toMatchObject({ notes: [] })
    expect(resource(undefined, { GroupName: 'g', Description: 'b' }, made)).toMatchObject({ isLeft: true })
    const later = { GroupName: 'g', Description: 'a', LastModifiedDate: '2026-11-24T11:00:00.000Z' }
    expect(resource(undefined, later, made)).toMatchObject({ isLeft: true })
    expect(resource(undefined, { GroupName: 'g' }, undefined)).toBeUndefined()
  })

  it('is told of when it cannot be removed', () => {
    expect(resource(undefined, {}, { fate: 'changed', members: {} })).toMatchObject({
      isLeft: true,
      notes: [{ code: 'extra-stays' }],
    })
  })

  it('is made again when the run deleted it', () => {
    expect(
      resource({ ClientName: 'c' }, undefined, { fate: 'deleted', members: {} }, clientKind),
    ).toBeDefined()
    expect(
      resource({ ClientName: 'c' }, undefined, { fate: 'changed', members: {} }, clientKind),
    ).toBeUndefined()
  })
})
