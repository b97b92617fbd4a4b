import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareKeys, type JsonValue } from '../model/canonical.js'
import { makeRecord } from '../model/records.js'
import { applyDelta, makeDelta, parseLine, tombstoneLine } from './record-lines.js'

const awkward = fc.constantFrom(
  '"',
  '\\',
  '\\"',
  '"}',
  '\u2028',
  '\ud800',
  '\udc00x',
  '\n',
  '',
  '{"deleted":true,"key":',
)
const key = fc.oneof(
  awkward,
  fc.string({ unit: 'binary', maxLength: 4 }),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)
const value = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>
const records = fc
  .uniqueArray(fc.tuple(key, value), { selector: ([some]) => some, maxLength: 30 })
  .map((entries) => entries.map(([some, content]) => makeRecord(some, content)))
  .map((some) => some.sort((a, b) => compareKeys(a.key, b.key)))

describe('a line', () => {
  it('gives its key back, whatever it holds, without its value being read', () => {
    fc.assert(
      fc.property(key, value, (some, content) => {
        const record = makeRecord(some, content)
        expect(parseLine(record.line, 'segment')).toEqual({ ...record, deleted: false })
        const tombstone = tombstoneLine(some)
        expect(parseLine(tombstone, 'segment')).toEqual({ key: some, line: tombstone, deleted: true })
        expect(JSON.parse(tombstone)).toEqual({ deleted: true, key: some })
      }),
      { numRuns: 300 },
    )
    expect(parseLine('{"key":"a","value":not json', 'segment').key).toBe('a')
  })

  it.each([
    '',
    '{}',
    'null',
    '{"key":12,"value":"x"}',
    '{"key":["a"]}',
    '{"key":"a',
    '{"key":"a\\',
    '{"key": "a"}',
    '{"deleted":true,"key":}',
  ])('that is no record is damage, with the segment named: %s', (line) => {
    expect(() => parseLine(line, 'the-segment')).toThrow(
      expect.objectContaining({ code: 'VAULT_DAMAGED', value: 'the-segment' }),
    )
  })
})

describe('a delta', () => {
  it('turns what was into what is, and says nothing where they are the same', () => {
    fc.assert(
      fc.property(records, records, (before, after) => {
        const lines = makeDelta(before, after)
        expect(
          applyDelta(
            before,
            lines.map((line) => parseLine(line, 'segment')),
          ),
        ).toEqual(after)
        expect(makeDelta(after, after)).toEqual([])
        expect(lines.length).toBeLessThanOrEqual(new Set([...before, ...after].map((one) => one.key)).size)
      }),
      { numRuns: 300 },
    )
  })

  it('holds what changed, and nothing else', () => {
    const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((some) => makeRecord(some, { some }))
    const changed = makeRecord('c', { some: 'else' })
    expect(makeDelta([a!, b!, c!], [b!, changed, d!])).toEqual([tombstoneLine('a'), changed.line, d!.line])
  })
})
