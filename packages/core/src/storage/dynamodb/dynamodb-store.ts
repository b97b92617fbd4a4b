import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb'
import type { Clock, Random } from '../../model/clock.js'
import { CodedError } from '../../model/errors.js'
import { responseTimeOf } from '../aws/response-time.js'
import { checkKey, checkPrefix } from '../object-key.js'
import type { ObjectInfo, ObjectStore } from '../object-store.js'
import { createRetrier } from '../retry/retrier.js'
import { cancellationReasons, dynamodbError, isConditionFailed } from './dynamodb-errors.js'
import {
  damagedItem,
  type Head,
  headItem,
  headOf,
  infoOf,
  INLINE_BYTES,
  type Item,
  objectKey,
  OBJECTS,
  sha256,
  type Upload,
  uploadKey,
} from './items.js'
import { sweepUploads } from './sweep.js'
import { prepareTable } from './table.js'
import { type DynamoCall, openUploads } from './uploads.js'

export interface DynamodbStoreOptions {
  /** Makes one attempt a call, and is the caller's to end. */
  readonly client: DynamoDBClient
  readonly table: string
  /** For waiting, and to see how long ago DynamoDB said what time it is. */
  readonly clock: Clock
  readonly random: Random
}

/** An answer to "what time is it" is not used any more after so long. */
const FRESH_MS = 10_000
/** Attempts to put what met another's transaction, or waited too long, each after another look. */
const ATTEMPTS = 20
/** Tries of one part: the wrapper that tries again begins anew with all of them, which a table that is throttled would never let through. */
const PART_ATTEMPTS = 10
/** How often a reader looks again who finds parts gone, because the object was deleted and put anew. */
const LOOKS = 3
/** No key has a character before or after these. */
const BEFORE_ALL = '!'
const AFTER_ALL = '~'

/**
 * A vault in a DynamoDB table; what lies where is in `items.ts`.
 *
 * Relied on, as the Developer Guide has it: conditional writes are atomic for an item, transactions for several, in the Region that is called;
 * consistent reads see every write that succeeded before them; a query gives sort keys in the order of their UTF-8 bytes. So of a global table one
 * Region writes: the others have everything a moment later, items in any order, and conditions that hold there only.
 *
 * `lastModified` is DynamoDB's own time, although it dates no item: each put asks first whether the key is free, and writes the `Date` of that answer
 * into the object. It is never later than the moment of storing, to the second, but for what the clocks of DynamoDB's own servers differ by; and it
 * is earlier by the time of one request. A put that waited longer, on a machine that slept, say, asks again; one that slept in the very moment of
 * sending is refused by DynamoDB, whose signatures are good for minutes. The writer's clock does not matter.
 */
export function openDynamodbStore({ client, table, clock, random }: DynamodbStoreOptions): ObjectStore {
  const call: DynamoCall = async (operation, key, run) => {
    try {
      return await run()
    } catch (error) {
      throw dynamodbError(error, operation, key, table)
    }
  }
  const uploads = openUploads(client, table, call, createRetrier({ clock, random, attempts: PART_ATTEMPTS }))

  async function find(key: string): Promise<{ item: Item | undefined; time: number }> {
    const command = new GetItemCommand({ TableName: table, Key: objectKey(key), ConsistentRead: true })
    const answeredAt = responseTimeOf(command)
    const { Item: item } = await call('GetItem', key, () => client.send(command))
    const time = answeredAt()
    if (time === undefined) throw withoutDate(table)
    return { item, time }
  }

  async function putIfAbsent(key: string, bytes: Uint8Array): Promise<'stored' | 'exists'> {
    checkKey(key)
    const object = { key, size: bytes.byteLength, sha256: sha256(bytes) }
    if (bytes.byteLength <= INLINE_BYTES) return putHead({ ...object, bytes })
    const { item, time } = await find(key)
    if (item !== undefined) return 'exists'
    const upload = await uploads.store(key, bytes, time)
    const answer = await putHead({ ...object, upload })
    if (answer === 'exists') await leave(key, upload)
    return answer
  }

  /** Puts what makes the object visible, right after DynamoDB said what time it is. */
  async function putHead(object: Omit<Head, 'lastModified'>): Promise<'stored' | 'exists'> {
    const { key, upload } = object
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const askedAt = clock.now()
      const { item, time } = await find(key)
      if (item !== undefined) return 'exists'
      const waited = clock.now() - askedAt
      if (waited < 0 || waited > FRESH_MS) continue
      const head = headItem({ ...object, lastModified: time })
      const answer = await (upload === undefined ? putAlone(key, head) : putWithParts(key, head, upload))
      if (answer !== 'met another') return answer
    }
    throw metOthers(key, table)
  }

  async function putAlone(key: string, Item: Item): Promise<'stored' | 'exists'> {
    const command = new PutItemCommand({ TableName: table, Item, ConditionExpression: IS_FREE })
    return call('PutItem', key, async () => {
      try {
        await client.send(command)
        return 'stored'
      } catch (error) {
        if (isConditionFailed(error)) return 'exists'
        throw error
      }
    })
  }

  /** The record stands for the parts: whoever sweeps them away forbids it first. */
  async function putWithParts(
    key: string,
    Item: Item,
    upload: Upload,
  ): Promise<'stored' | 'exists' | 'met another'> {
    const command = new TransactWriteItemsCommand({
      TransactItems: [
        { Put: { TableName: table, Item, ConditionExpression: IS_FREE } },
        {
          ConditionCheck: {
            TableName: table,
            Key: uploadKey(upload.id),
            ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(forbidden)',
          },
        },
      ],
    })
    return call('TransactWriteItems', key, async () => {
      try {
        await client.send(command)
        return 'stored'
      } catch (error) {
        const [object, record] = cancellationReasons(error) ?? []
        if (object === 'ConditionalCheckFailed') return 'exists'
        if (record === 'ConditionalCheckFailed') {
          await leave(key, upload)
          throw sweptAway(key)
        }
        if ([object, record].includes('TransactionConflict')) return 'met another'
        throw error
      }
    })
  }

  /** What a put leaves that did not store: gone at once, or, where nothing may be deleted, with the next sweep. */
  async function leave(key: string, upload: Upload): Promise<void> {
    await uploads.remove(key, upload).catch(() => undefined)
  }

  async function get(key: string): Promise<Uint8Array | undefined> {
    checkKey(key)
    for (let look = 1; ; look++) {
      const { item } = await find(key)
      if (item === undefined) return undefined
      const head = headOf(item)
      const bytes = await bytesOf(head)
      if (bytes === undefined && look < LOOKS) continue
      if (bytes === undefined) throw damagedItem(key, 'a part of it is missing (in a replica: not there yet)')
      if (sha256(bytes) === head.sha256) return Uint8Array.from(bytes)
      throw damagedItem(key, 'its bytes are not those that were stored')
    }
  }

  async function bytesOf({ key, size, bytes, upload }: Head): Promise<Uint8Array | undefined> {
    return upload === undefined ? bytes : uploads.load(key, upload, size)
  }

  async function head(key: string): Promise<ObjectInfo | undefined> {
    checkKey(key)
    const { item } = await find(key)
    return item && infoOf(item)
  }

  async function* list(prefix: string, after = ''): AsyncGenerator<ObjectInfo> {
    checkPrefix(prefix)
    const from = [prefix, after, BEFORE_ALL].reduce((one, other) => (one > other ? one : other))
    const to = prefix + AFTER_ALL
    if (from > to) return
    for (let start: Item | undefined, isFirst = true; isFirst || start !== undefined; isFirst = false) {
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :objects AND sk BETWEEN :from AND :to',
        ProjectionExpression: 'sk, #size, storedAt',
        ExpressionAttributeNames: { '#size': 'size' },
        ExpressionAttributeValues: { ':objects': { S: OBJECTS }, ':from': { S: from }, ':to': { S: to } },
        ConsistentRead: true,
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      })
      const page = await call('Query', prefix, () => client.send(command))
      for (const item of page.Items ?? []) {
        const info = infoOf(item)
        if (info.key > after) yield info
      }
      start = page.LastEvaluatedKey
    }
  }

  async function deleteHead(key: string): Promise<Item | undefined> {
    try {
      const { Attributes } = await client.send(
        new DeleteItemCommand({
          TableName: table,
          Key: objectKey(key),
          // Two who delete at once must not both be told that it was they.
          ConditionExpression: 'attribute_exists(pk)',
          ReturnValues: 'ALL_OLD',
        }),
      )
      return Attributes
    } catch (error) {
      if (isConditionFailed(error)) return undefined
      throw error
    }
  }

  async function remove(key: string): Promise<boolean> {
    checkKey(key)
    const item = await call('DeleteItem', key, () => deleteHead(key))
    if (item === undefined) return false
    const { upload } = headOf(item)
    if (upload !== undefined) await leave(key, upload)
    return true
  }

  async function isWhole(key: string): Promise<boolean> {
    checkKey(key)
    const { item } = await find(key)
    const upload = item && headOf(item).upload
    return item !== undefined && (upload === undefined || uploads.hasAll(key, upload))
  }

  return {
    url: `dynamodb://${table}`,
    putIfAbsent,
    get,
    head,
    list,
    delete: remove,
    isWhole,
    prepare: () => prepareTable(client, table, clock, call),
    sweep: (before) =>
      sweepUploads(uploads, before, async (key) => {
        const { item } = await find(key)
        return item && headOf(item).upload?.id
      }),
  }
}

const IS_FREE = 'attribute_not_exists(pk)'

function metOthers(key: string, table: string): CodedError {
  return new CodedError(
    'STORAGE_FAILED',
    `${key} could not be stored: others write it all the time, or each answer takes too long`,
    {
      value: key,
      hint: `run the same command again; see who else writes to ${table}`,
    },
  )
}

function sweptAway(key: string): CodedError {
  return new CodedError(
    'STORAGE_FAILED',
    `${key} was not stored: it took so long that its parts were taken for left behind`,
    {
      value: key,
      hint: 'run the same command again',
    },
  )
}

function withoutDate(table: string): CodedError {
  return new CodedError(
    'STORAGE_UNSUPPORTED',
    'DynamoDB does not say what time it is: its answer has no Date',
    {
      value: table,
      hint: 'see whether a proxy takes the header away',
    },
  )
}
