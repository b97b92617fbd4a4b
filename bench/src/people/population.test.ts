import { describe, expect, it } from 'vitest'
import { canonicalBody, type JsonObject, makeRecord } from '../library.js'
import { createPopulation } from './population.js'

const linesOf = (size: number, seed?: number): string[] =>
  [...createPopulation(size, seed).records()].map(({ line }) => line)

describe('generated users', () => {
  it('are written as the library writes what ListUsers answers', () => {
    const population = createPopulation(1_000)
    for (let day = 0; day < 3; day++) population.nextDay(0.5)
    for (const record of population.records()) {
      const { key, value } = JSON.parse(record.line) as { key: string; value: JsonObject }
      const made = makeRecord(key, canonicalBody(value))
      expect([made.key, made.line]).toEqual([record.key, record.line])
    }
  })

  it('come ascending by sub, each sub a UUID of version 4', () => {
    const keys = [...createPopulation(2_000).records()].map(({ key }) => key)
    expect(new Set(keys).size).toBe(2_000)
    expect([...keys].sort()).toEqual(keys)
    for (const key of keys)
      expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })

  it('are the same for the same seed, and others for another', () => {
    expect(linesOf(500)).toEqual(linesOf(500, 1))
    const others = linesOf(500, 2)
    expect(linesOf(500).filter((line) => others.includes(line))).toEqual([])
  })

  it('change exactly as many of them a day as was asked for, and nobody else', () => {
    const population = createPopulation(1_000)
    for (let day = 1; day <= 5; day++) {
      const before = [...population.records()]
      population.nextDay(0.01)
      expect(population.changedToday).toBe(10)
      const after = [...population.records()]
      expect(after.map(({ key }) => key)).toEqual(before.map(({ key }) => key))
      expect(after.filter(({ line }, i) => line !== before[i]?.line)).toHaveLength(10)
      expect(population.day).toBe(day)
    }
  })

  it('are of all kinds', () => {
    const users = linesOf(2_000).map((line) => (JSON.parse(line) as { value: JsonObject }).value)
    const withSub = users.filter(({ Username, Attributes }) =>
      (Attributes as { Name: string; Value: string }[]).some(
        ({ Name, Value }) => Name === 'sub' && Value === Username,
      ),
    )
    expect(withSub.length).toBeGreaterThan(600)
    expect(withSub.length).toBeLessThan(1_400)
    expect(new Set(users.map(({ UserStatus }) => UserStatus)).size).toBe(5)
    expect(users.some(({ Enabled }) => Enabled === false)).toBe(true)
  })
})
