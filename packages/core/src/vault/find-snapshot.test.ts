import { beforeEach, describe, expect, it } from 'vitest'
import { makeSmallVault, type SmallVault } from '../testing/small-vault.js'
import { findSnapshot } from './find-snapshot.js'

let lab: SmallVault

const found = async (name: string): Promise<string> => (await findSnapshot(lab.vault, name)).manifest.snapshot

beforeEach(async () => {
  lab = await makeSmallVault()
})

describe('a snapshot', () => {
  it('is found by its id, or a prefix that fits no other', async () => {
    await lab.take({ id: '20260101T000000.000Z-aaaa' })
    await lab.take({ id: '20260102T000000.000Z-bbbb' })
    expect(await found('20260102T000000.000Z-bbbb')).toBe('20260102T000000.000Z-bbbb')
    expect(await found('20260101')).toBe('20260101T000000.000Z-aaaa')
  })

  it('is found in any pool', async () => {
    await lab.take({ id: 'one', pool: 'pool_A' })
    await lab.take({ id: 'two', pool: 'pool_B' })
    expect((await findSnapshot(lab.vault, 'two')).manifest.pool.id).toBe('pool_B')
  })

  it('is found by its whole id where that is also the prefix of another', async () => {
    await lab.take({ id: 'one' })
    await lab.take({ id: 'one-more' })
    expect(await found('one')).toBe('one')
  })

  it('is asked for more exactly where a prefix fits several', async () => {
    await lab.take({ id: '2026-a', pool: 'pool_A' })
    await lab.take({ id: '2026-b', pool: 'pool_B' })
    await expect(found('2026')).rejects.toMatchObject({
      code: 'USAGE',
      value: '2026',
      hint: expect.stringContaining('2026-a') as string,
    })
  })

  it.each([
    'nothing',
    '',
    ' ',
    '../vault',
    'one.json',
    '%',
    'latest:',
    'latest:pool_B',
    'latest:../..',
    'latest: ',
  ])('that is not there is said not to be: %j', async (name) => {
    await lab.take({ id: 'one' })
    await expect(found(name)).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
  })

  it('is named latest: the newest complete one', async () => {
    await expect(found('latest')).rejects.toMatchObject({ code: 'SNAPSHOT_NOT_FOUND' })
    await lab.take({ id: 'a' })
    await lab.take({ id: 'b' })
    await lab.take({ id: 'c', complete: false })
    expect(await found('latest')).toBe('b')
    expect(await found('latest:pool_A')).toBe('b')
  })

  it('is named latest: never what a restore or a diff took, which shows the damage that somebody looks at', async () => {
    await lab.take({ id: 'a' })
    await lab.take({ id: 'b', takenFor: 'restore' })
    await lab.take({ id: 'c', takenFor: 'diff' })
    await lab.take({ id: 'd', pool: 'pool_B', takenFor: 'diff' })
    expect(await found('latest')).toBe('a')
    await expect(found('latest:pool_B')).rejects.toMatchObject({
      message: 'there is no complete backup of pool pool_B',
    })
    expect(await found('c')).toBe('c')
  })

  it('is never an older one where the latest is damaged', async () => {
    await lab.take({ id: 'a' })
    await lab.take({ id: 'b' })
    await lab.replace('pools/pool_A/snapshots/b.json', 'rot')
    await expect(found('latest')).rejects.toMatchObject({
      code: 'VAULT_DAMAGED',
      value: 'pools/pool_A/snapshots/b.json',
    })
    expect(await found('a')).toBe('a')
  })

  it('has to be named with its pool where the vault has several', async () => {
    await lab.take({ id: 'a', pool: 'pool_A' })
    await lab.take({ id: 'b', pool: 'pool_B' })
    await expect(found('latest')).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('latest:pool_A') as string,
    })
    expect(await found('latest:pool_B')).toBe('b')
  })

  it('is the latest of the only pool that has any, whatever segments others have left', async () => {
    await lab.take({ id: 'a', pool: 'pool_A' })
    await lab.store.putIfAbsent(`pools/pool_B/segments/00/${'0'.repeat(64)}`, Buffer.from('left'))
    expect(await found('latest')).toBe('a')
  })
})
