import { expect, it } from 'vitest'
import { newRunId, newSnapshotId, newVaultId, timeOfSnapshotId } from './ids.js'

const at = Date.parse('2026-11-23T08:42:00.007Z')

it('gives ids that sort by time to the millisecond, and say it', () => {
  expect(newSnapshotId(at, () => 0.5)).toBe('20261123T084200.007Z-88888888')
  expect(newRunId(at, () => 0)).toBe('run-20261123T084200.007Z-00000000')
  const later = [0, 1, 10, 999, 1000].map((ms) => newSnapshotId(at + ms, () => 0.99 - ms / 2000))
  expect([...later].sort()).toEqual(later)
})

it('tells the time that an id says, and of other names none', () => {
  expect(timeOfSnapshotId(newSnapshotId(at, () => 0.5))).toBe(at)
  for (const name of ['', 'day-1', '20261123T084200.007Z', '20269923T084200.007Z-88888888']) {
    expect(timeOfSnapshotId(name)).toBeUndefined()
  }
})

it('gives a vault an id of 32 digits', () => {
  expect(newVaultId(() => 0.99)).toBe('f'.repeat(32))
})
