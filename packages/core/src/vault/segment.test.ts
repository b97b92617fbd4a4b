import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { gunzipWhole, joinLines, packSegment, segmentId, splitLines, unpackSegment } from './segment.js'

const key = 'pools/pool_A/segments/ab/abc'
const lines = ['{"key":"a","value":{"name":"Zoë"}}', '{"key":"b","value":{"filler":"b b b b b b b b b"}}']
const damaged = { code: 'VAULT_DAMAGED', value: key, message: expect.stringContaining(key) as string }

describe('a segment', () => {
  it('is named by the SHA-256 of its lines, each ended by a newline', () => {
    // printf 'a\nb\n' | sha256sum
    expect(segmentId(joinLines(['a', 'b']))).toBe(
      '911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2',
    )
  })

  it('reads back as it was written', async () => {
    for (const some of [lines, [], [''], ['{"key":"\\ud800"}', '\u2028']]) {
      const plain = joinLines(some)
      const stored = await packSegment(plain)
      expect(splitLines(await unpackSegment(stored, segmentId(plain), key))).toEqual(some)
    }
  })

  it('with any bit altered is refused by name, or yields what it did all the same', async () => {
    const plain = joinLines(lines)
    const id = segmentId(plain)
    const stored = await packSegment(plain)
    const harmless: number[] = []
    for (let bit = 0; bit < stored.length * 8; bit++) {
      const altered = Buffer.from(stored)
      altered[bit >> 3]! ^= 1 << (bit & 7)
      const found = await unpackSegment(altered, id, key).catch((error: unknown) => error)
      if (found instanceof Uint8Array) {
        expect(found).toEqual(plain)
        harmless.push(bit)
      } else expect(found).toMatchObject(damaged)
    }
    // The time and the system that gzip names, and what fills up its last byte.
    expect(harmless.filter((bit) => bit >> 3 < 3 || (bit >> 3 > 9 && bit >> 3 < stored.length - 9))).toEqual(
      [],
    )
  })

  it('cut short anywhere, or with something after its end, is refused', async () => {
    const stored = await packSegment(joinLines(lines))
    const id = segmentId(joinLines(lines))
    for (let length = 0; length < stored.length; length++) {
      await expect(unpackSegment(stored.subarray(0, length), id, key)).rejects.toMatchObject(damaged)
    }
    for (const more of [Buffer.alloc(1), randomBytes(20), gzipSync(''), gzipSync('more\n')]) {
      await expect(unpackSegment(Buffer.concat([stored, more]), id, key)).rejects.toMatchObject(damaged)
    }
  })

  it('is refused under the id of another', async () => {
    const stored = await packSegment(joinLines(['other']))
    await expect(unpackSegment(stored, segmentId(joinLines(lines)), key)).rejects.toMatchObject(damaged)
  })

  it('that would fill the memory is refused, and never written', async () => {
    // A file of a quarter of a megabyte for a quarter of a gigabyte.
    const bomb = Buffer.concat(Array<Buffer>(17).fill(gzipSync(Buffer.alloc(16 * 1024 * 1024))))
    await expect(gunzipWhole(bomb, key)).rejects.toMatchObject(damaged)
    const tooLarge = Buffer.alloc(256 * 1024 * 1024 + 1)
    await expect(packSegment(tooLarge)).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})
