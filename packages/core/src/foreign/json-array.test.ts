import { describe, expect, it } from 'vitest'
import { collect } from '../testing/collect.js'
import { readJsonArray } from './json-array.js'

// eslint-disable-next-line @typescript-eslint/require-await -- a file in memory
async function* pieces(bytes: Uint8Array | string, size: number): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(bytes)
  for (let i = 0; i < all.length; i += size) yield all.subarray(i, i + size)
}

const read = (
  text: Uint8Array | string,
  size = 3,
): ReturnType<typeof collect<{ value: unknown; offset: number }>> =>
  collect(readJsonArray(pieces(text, size), 'pool.json'))
const failure = (text: Uint8Array | string): Promise<{ code: string; message: string }> =>
  read(text).then(
    () => ({ code: 'none', message: '' }),
    (error: unknown) => error as { code: string; message: string },
  )

const ITEMS = [{ a: '}]"\\' }, { b: [{ c: '中 é 🙂' }, [1, [2]]] }, {}, { d: '\\"{' }]

describe('a JSON array in a file', () => {
  it('is read the same however it comes in pieces', async () => {
    const text = JSON.stringify(ITEMS, null, 1)
    for (let size = 1; size <= text.length; size++)
      expect((await read(text, size)).map(({ value }) => value)).toEqual(ITEMS)
    expect(await read(' [ ]\n')).toEqual([])
  })

  it('says where each object begins, a byte order mark counted', async () => {
    const text = `\ufeff[{"é":1},\n{}]`
    expect((await read(text)).map(({ offset }) => offset)).toEqual([4, 14])
  })

  it('asks for no more of the file than what it has given needs', async () => {
    let asked = 0
    async function* file(): AsyncGenerator<Uint8Array> {
      for await (const piece of pieces(JSON.stringify(ITEMS), 4)) {
        asked += piece.length
        yield piece
      }
    }
    const items = readJsonArray(file(), 'pool.json')
    await items.next()
    expect(asked).toBeLessThan(20)
  })

  it('keeps a member that is called as the prototype is', async () => {
    const [item] = await read('[{"__proto__":{"x":1}}]')
    expect(JSON.stringify(item!.value)).toBe('{"__proto__":{"x":1}}')
  })

  it('says at which byte a file is cut short, and where the last whole record ends', async () => {
    const text = '[{"n":1},{"n":2},{"n":3}]'
    for (let end = 1; end < text.length; end++) {
      const { code, message } = await failure(text.slice(0, end))
      expect(code).toBe('SOURCE_UNREADABLE')
      expect(message).toContain(`it ends at byte ${end}`)
      const whole = [8, 16, 24].filter((at) => at <= end).length
      expect(message).toContain(
        whole === 0 ? 'no whole record' : `record ${whole}, which ends at byte ${whole * 8}`,
      )
    }
    expect((await failure('')).message).toContain('ends at byte 0')
  })

  it.each([
    ['{"a":1}', 'is not a JSON array in UTF-8: see byte 0'],
    [Buffer.from('\ufeff[]', 'utf16le'), 'is not a JSON array in UTF-8: see byte 0'],
    ['[{}]x', 'something follows the end of the array, at byte 4'],
    ['[{} {}]', 'byte 4, after 1 records, is not what'],
    ['[{},]', 'byte 4, after 1 records, is not what'],
    ['[1]', 'byte 1, after 0 records, is not what'],
    ['[{"a":1},{"a":}]', 'record 2, at byte 9, is not JSON'],
    [
      Buffer.from([0x5b, 0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d, 0x5d]),
      'record 1, at byte 1, is not JSON in UTF-8',
    ],
  ])('says what is wrong with %j', async (text, message) => {
    expect(await failure(text)).toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: expect.stringContaining(message) as string,
    })
  })

  it('does not hold what never ends', async () => {
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('[{"a":"')
      for (;;) yield await Promise.resolve(Buffer.alloc(1024 * 1024, 0x61))
    }
    await expect(collect(readJsonArray(endless(), 'pool.json'))).rejects.toThrow(
      'record 1, at byte 1, does not end',
    )
  })
})
