import { createMemoryStore, systemClock } from 'cognito-vault'
import { describe, expect, it } from 'vitest'
import { createPopulation } from '../people/population.js'
import { bytesHeld } from './counting-store.js'
import { makeMeasuredVault, type MeasuredVault } from './measured-vault.js'

const context = { clock: systemClock, random: Math.random, signal: new AbortController().signal }

async function openMeasured(): Promise<{ vault: MeasuredVault; held: () => Promise<number> }> {
  const store = createMemoryStore(systemClock)
  return { vault: await makeMeasuredVault(store, 'none', context), held: () => bytesHeld(store) }
}

describe('a measured vault', () => {
  it('counts all that the store has more of, from nothing on', async () => {
    const { vault, held } = await openMeasured()
    const population = createPopulation(300)
    const first = await vault.take(population)
    expect(first).toBe(await held())
    population.nextDay(0.1)
    const second = await vault.take(population)
    expect(first + second).toBe(await held())
    expect(second).toBeLessThan(first / 2)
  })

  it('reads what was stored, and counts each object once', async () => {
    const { vault } = await openMeasured()
    const population = createPopulation(300)
    await vault.take(population)
    population.nextDay(0.1)
    await vault.take(population)
    // Of three streams the root; of users and configuration the index and the base; a delta; vault.json and the manifest.
    expect((await vault.readNewest(population)).objects).toBe(3 + 4 + 1 + 2)
  })

  it('notices a snapshot that is not of the population', async () => {
    const { vault } = await openMeasured()
    const population = createPopulation(300)
    await vault.take(population)
    population.nextDay(0.01)
    await expect(vault.readNewest(population)).rejects.toThrow('not the one that was stored')
    await expect(vault.readNewest(createPopulation(301))).rejects.toThrow('not the one that was stored')
  })
})
