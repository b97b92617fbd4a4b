import { isObject, type JsonObject } from '../model/canonical.js'
import { unreadable } from './foreign-backup.js'

/** An object of a JSON array in a file, and where it stands. */
export interface ArrayItem {
  readonly value: JsonObject
  /** From 1. */
  readonly number: number
  /** Of its first byte. */
  readonly offset: number
}

/** No record of a user comes near; what is longer was not written by a tool that is known. */
const LONGEST_ITEM = 16 * 1024 * 1024

const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c]
const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d]
const BLANKS = new Set([0x20, 0x09, 0x0a, 0x0d])
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

/**
 * The objects of one JSON array, one at a time, however long the file is. Where an object ends is found by its braces; `JSON.parse` reads
 * it. A byte order mark is passed over.
 *
 * @param name of the file, for messages
 * @throws CodedError `SOURCE_UNREADABLE`, with the byte and the last whole record, where the file is cut short or is no such array
 */
export async function* readJsonArray(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): AsyncGenerator<ArrayItem> {
  let state: 'before' | 'first' | 'item' | 'after-item' | 'next' | 'after' = 'before'
  let position = 0
  let count = 0
  let item: Uint8Array[] = []
  let size = 0
  let itemAt = 0
  let lastEnd = 0
  let depth = 0
  let inString = false
  let isEscaped = false

  for await (const chunk of chunks) {
    let from = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] ?? 0
      if (state === 'item') {
        if (inString) {
          if (isEscaped) isEscaped = false
          else if (byte === BACKSLASH) isEscaped = true
          else if (byte === QUOTE) inString = false
        } else if (byte === QUOTE) inString = true
        else if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++
        else if ((byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) && --depth === 0) {
          item.push(chunk.subarray(from, i + 1))
          count++
          yield { value: parse(item, name, count, itemAt), number: count, offset: itemAt }
          item = []
          lastEnd = position + i + 1
          state = 'after-item'
        }
        continue
      }
      if (BLANKS.has(byte) || (position + i < 3 && byte === BYTE_ORDER_MARK[position + i])) continue
      if (state === 'before' && byte === OPEN_ARRAY) state = 'first'
      else if ((state === 'first' || state === 'next') && byte === OPEN_OBJECT) {
        state = 'item'
        itemAt = position + i
        from = i
        size = 0
        depth = 1
      } else if (state === 'after-item' && byte === COMMA) state = 'next'
      else if ((state === 'first' || state === 'after-item') && byte === CLOSE_ARRAY) state = 'after'
      else throw notAnArray(name, position + i, state, count)
    }
    if (state === 'item') {
      item.push(chunk.subarray(from))
      size += chunk.length - from
      if (size > LONGEST_ITEM)
        throw unreadable(`${name}: record ${count + 1}, at byte ${itemAt}, does not end`, name)
    }
    position += chunk.length
  }
  if ((state as string) !== 'after') throw cutShort(name, position, count, lastEnd)
}

function parse(item: readonly Uint8Array[], name: string, number: number, offset: number): JsonObject {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(item)))
    if (isObject(value)) return value
  } catch {
    // What the parser says quotes the text, which is a person's.
  }
  throw unreadable(`${name}: record ${number}, at byte ${offset}, is not JSON in UTF-8`, name)
}

function notAnArray(name: string, offset: number, state: string, count: number): Error {
  if (state === 'before') return unreadable(`${name} is not a JSON array in UTF-8: see byte ${offset}`, name)
  if (state === 'after')
    return unreadable(`${name}: something follows the end of the array, at byte ${offset}`, name)
  return unreadable(
    `${name}: byte ${offset}, after ${count} records, is not what a JSON array of objects has there`,
    name,
  )
}

function cutShort(name: string, length: number, count: number, lastEnd: number): Error {
  const last =
    count === 0
      ? 'it has no whole record'
      : `the last that is whole is record ${count}, which ends at byte ${lastEnd}`
  return unreadable(`${name} is cut short: it ends at byte ${length}, and ${last}`, name)
}
