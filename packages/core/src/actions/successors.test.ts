import { beforeEach, describe, expect, it } from 'vitest'
import { noEvents } from '../model/events.js'
import { type Identity, identityLine } from '../restore/identity-map.js'
import { openRun } from '../restore/run-store.js'
import { createMemoryStore } from '../storage/memory/memory-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { collect } from '../testing/collect.js'
import { runHeader } from '../testing/run-headers.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { followed, madeAgain } from './successors.js'

describe('all that an id has become', () => {
  const follow = (id: string, renamed: Record<string, string[]>): string[] =>
    followed(id, new Map(Object.entries(renamed))).sort()

  it.each<[what: string, renamed: Record<string, string[]>, found: string[]]>([
    ['nothing', { x: ['y'] }, []],
    ['one', { a: ['b'] }, ['b']],
    ['one after the other', { a: ['b'], b: ['c'], c: ['d'] }, ['b', 'c', 'd']],
    ['several', { a: ['b', 'c'], b: ['d'] }, ['b', 'c', 'd']],
    ['one by two ways', { a: ['b', 'c'], b: ['d'], c: ['d'] }, ['b', 'c', 'd']],
    ['others in a circle', { a: ['b'], b: ['c'], c: ['b'] }, ['b', 'c']],
  ])('%s', (_, renamed, found) => {
    expect(follow('a', renamed)).toEqual(found)
  })
})

describe('what runs have made again', () => {
  const clock = createSimulatedClock()
  let store: ObjectStore

  beforeEach(() => {
    store = createMemoryStore(clock)
  })

  async function reported(runId: string, ...identities: Identity[]): Promise<void> {
    const run = openRun(store, runId)
    await run.putHeader(runHeader(runId))
    const name = 'identity-map/00-000000.ndjson.gz'
    await run.putReport({}, { [name]: await run.putLines(name, identities.map(identityLine)) })
  }

  it('is known by kind, through all runs, without what stayed the same', async () => {
    await reported('run-1', { kind: 'user', old: 'a', new: 'b' }, { kind: 'client', old: 'a', new: 'x' })
    await reported('run-2', { kind: 'user', old: 'a', new: 'c' }, { kind: 'user', old: 'd', new: 'd' })
    await reported('run-3', { kind: 'client', old: 'x', new: 'y' })
    const { users, hasUsers, resources } = await madeAgain({ store, clock, sink: noEvents }, 'pool-1')
    expect(hasUsers).toBe(true)
    for (let times = 0; times < 2; times++) {
      expect(await collect(users())).toMatchObject([
        { old: 'a', new: 'b' },
        { old: 'a', new: 'c' },
      ])
    }
    expect([...resources('client', 'a')].sort()).toEqual(['x', 'y'])
    expect(resources('group', 'a')).toEqual([])
  })

  it('is nothing where there was no run', async () => {
    const { hasUsers, resources } = await madeAgain({ store, clock, sink: noEvents }, 'pool-1')
    expect([hasUsers, resources('client', 'a')]).toEqual([false, []])
  })
})
