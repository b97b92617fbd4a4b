import { unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { packCode } from './code-key.js'

const code = Buffer.from('export const backup = async () => undefined\n'.repeat(1000))

describe('the code of the functions', () => {
  it('is the same bytes under the same key, whenever it is packed and wherever', () => {
    const zone = process.env['TZ']
    const packed = ['UTC', 'Asia/Tokyo', 'America/Los_Angeles'].map((name) => {
      process.env['TZ'] = name
      return packCode('index.mjs', code)
    })
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
    expect(new Set(packed.map(({ key }) => key)).size).toBe(1)
    expect(packed[0]!.key).toMatch(/^cognito-vault\/code\/[0-9a-f]{64}\.zip$/)
    expect(packCode('index.mjs', Buffer.concat([code, Buffer.from(' ')])).key).not.toBe(packed[0]!.key)
  })

  it('comes out as it went in, and everybody may read it', () => {
    const { bytes } = packCode('index.mjs', code)
    expect(Buffer.from(unzipSync(bytes)['index.mjs']!)).toEqual(code)
    // The central directory's entry: what made it (3 is Unix) and, of a Unix file, its mode in the upper half.
    const at = Buffer.from(bytes).indexOf('PK\u0001\u0002')
    expect(bytes[at + 5]).toBe(3)
    expect((Buffer.from(bytes).readUInt32LE(at + 38) >>> 16) & 0o777).toBe(0o644)
  })
})
