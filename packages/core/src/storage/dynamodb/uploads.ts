import { randomUUID } from 'node:crypto'
import {
  type DynamoDBClient,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import { parallel } from '../../model/parallel.js'
import { damagedItem, type Item, PART_BYTES, partKey, type Upload, uploadKey, UPLOADS } from './items.js'
import type { Retrier } from '../retry/retrier.js'
import { isConditionFailed } from './dynamodb-errors.js'

/** A part takes 400 of the 1,000 units that a partition can write in a second. */
const AT_ONCE = 4

/** An attempt to put an object, by the record of it. */
export interface UploadRecord extends Upload {
  readonly key: string
  /** When it began, by DynamoDB's clock. */
  readonly begunAt: number
}

/** Calls DynamoDB, and turns what fails into coded errors. */
export type DynamoCall = <T>(operation: string, key: string, run: () => Promise<T>) => Promise<T>

/** The parts of larger objects. Each attempt to put has its own, so that nobody's are in anybody's way. */
export interface Uploads {
  /** Stores the bytes under a new id, where nobody finds them before an object names it. */
  store(key: string, bytes: Uint8Array, begunAt: number): Promise<Upload>
  /** The bytes, or `undefined` where a part is missing. */
  load(key: string, upload: Upload, size: number): Promise<Uint8Array | undefined>
  /** Whether every part is there; no byte of them is read. */
  hasAll(key: string, upload: Upload): Promise<boolean>
  /** Removes the parts, then the record of them. Of no use to whoever may not delete: what stays is swept by who may. */
  remove(key: string, upload: Upload): Promise<void>
  /** The attempts that there are records of. */
  list(): AsyncIterable<UploadRecord>
  /** Forbids the attempt to end, or allows it again; `false` where the record is gone. */
  forbid(record: UploadRecord, isForbidden: boolean): Promise<boolean>
}

/** @param retrier tries parts again: nobody else has their keys, so that putting one twice does no harm */
export function openUploads(
  client: DynamoDBClient,
  table: string,
  call: DynamoCall,
  retrier: Retrier,
): Uploads {
  function record({ id, key, parts, begunAt }: UploadRecord): Item {
    const facts = { key: { S: key }, parts: { N: String(parts) }, begunAt: { N: String(begunAt) } }
    return { ...uploadKey(id), ...facts }
  }

  async function put(key: string, item: Item): Promise<void> {
    await call('PutItem', key, () => client.send(new PutItemCommand({ TableName: table, Item: item })))
  }

  async function store(key: string, bytes: Uint8Array, begunAt: number): Promise<Upload> {
    const upload = { id: randomUUID(), parts: Math.ceil(bytes.byteLength / PART_BYTES) }
    await put(key, record({ ...upload, key, begunAt }))
    await parallel(numbers(upload.parts), AT_ONCE, undefined, async (part) => {
      const piece = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES)
      await retrier.retry(() => put(key, { ...partKey(upload.id, part), bytes: { B: piece } }))
    })
    return upload
  }

  async function load(key: string, { id, parts }: Upload, size: number): Promise<Uint8Array | undefined> {
    if (!(parts > 0 && parts <= Math.ceil(size / PART_BYTES))) {
      throw damagedItem(key, 'its item does not say how many parts it has')
    }
    const bytes = new Uint8Array(size)
    let found = 0
    await parallel(numbers(parts), AT_ONCE, undefined, async (part) => {
      const command = new GetItemCommand({ TableName: table, Key: partKey(id, part), ConsistentRead: true })
      const { Item } = await retrier.retry(() => call('GetItem', key, () => client.send(command)))
      const piece = Item?.['bytes']?.B
      if (piece === undefined) return
      // One that is too long for its place is as damaged as one that is missing.
      if (part * PART_BYTES + piece.byteLength > size) throw damagedItem(key, 'a part of it is too long')
      bytes.set(piece, part * PART_BYTES)
      found++
    })
    return found === parts ? bytes : undefined
  }

  async function hasAll(key: string, { id, parts }: Upload): Promise<boolean> {
    let found = 0
    await parallel(numbers(parts), AT_ONCE, undefined, async (part) => {
      const command = new GetItemCommand({
        TableName: table,
        Key: partKey(id, part),
        ProjectionExpression: 'pk',
        ConsistentRead: true,
      })
      const { Item } = await call('GetItem', key, () => client.send(command))
      if (Item !== undefined) found++
    })
    return found === parts
  }

  async function removeItem(key: string, Key: Item): Promise<void> {
    await call('DeleteItem', key, () => client.send(new DeleteItemCommand({ TableName: table, Key })))
  }

  async function remove(key: string, { id, parts }: Upload): Promise<void> {
    await parallel(numbers(parts), AT_ONCE, undefined, (part) => removeItem(key, partKey(id, part)))
    await removeItem(key, uploadKey(id))
  }

  async function* list(): AsyncGenerator<UploadRecord> {
    for (let start: Item | undefined, isFirst = true; isFirst || start !== undefined; isFirst = false) {
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :uploads',
        ExpressionAttributeValues: { ':uploads': { S: UPLOADS } },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      })
      const page = await call('Query', UPLOADS, () => client.send(command))
      for (const { sk, key, parts, begunAt } of page.Items ?? []) {
        yield { id: sk?.S ?? '', key: key?.S ?? '', parts: Number(parts?.N), begunAt: Number(begunAt?.N) }
      }
      start = page.LastEvaluatedKey
    }
  }

  async function forbid(found: UploadRecord, isForbidden: boolean): Promise<boolean> {
    const command = new PutItemCommand({
      TableName: table,
      Item: { ...record(found), ...(isForbidden ? { forbidden: { BOOL: true } } : {}) },
      ConditionExpression: 'attribute_exists(pk)',
    })
    return call('PutItem', found.key, async () => {
      try {
        await client.send(command)
        return true
      } catch (error) {
        if (isConditionFailed(error)) return false
        throw error
      }
    })
  }

  return { store, load, hasAll, remove, list, forbid }
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}
