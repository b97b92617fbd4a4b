import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hasCode } from '../model/errors.js'
import { sealJson, unsealJson } from './sealed-json.js'

const KEY = 'restores/run-1/plan.json'
const damagedHere = { code: 'VAULT_DAMAGED', value: KEY }

describe('a sealed JSON object', () => {
  it('is read back as it was, whatever is in it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const body = JSON.parse(JSON.stringify(value)) as null
        expect(unsealJson(KEY, sealJson(KEY, body))).toEqual(body)
      }),
    )
  })

  it('is damaged when any bit of it is another, and when it is cut short or goes on', () => {
    const bytes = sealJson(KEY, { format: 1, target: { poolId: 'eu-west-1_Ab12Cd34E' } })
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1, 32]) {
        const altered = Uint8Array.from(bytes)
        altered[at]! ^= bit
        expect(isDamaged(altered)).toBe(true)
      }
      expect(isDamaged(bytes.slice(0, at))).toBe(true)
    }
    expect(isDamaged(Buffer.concat([bytes, Buffer.from('\n')]))).toBe(true)
  })

  it('is damaged under the key of another', () => {
    const bytes = sealJson('restores/run-2/plan.json', { format: 1 })
    expect(() => unsealJson(KEY, bytes)).toThrow(expect.objectContaining(damagedHere) as Error)
  })

  it('is damaged where it is JSON of another shape', () => {
    for (const text of ['', '{}', 'null', '{"digest":"x","body":1}', `{"digest":"${'0'.repeat(64)}"}`]) {
      expect(isDamaged(Buffer.from(text))).toBe(true)
    }
  })
})

function isDamaged(bytes: Uint8Array): boolean {
  try {
    unsealJson(KEY, bytes)
    return false
  } catch (error) {
    return hasCode(error, 'VAULT_DAMAGED') && error.value === KEY
  }
}
