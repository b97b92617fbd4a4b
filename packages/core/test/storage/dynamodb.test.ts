import {
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  paginateScan,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../src/model/clock.js'
import { systemClock } from '../../src/model/system-clock.js'
import { openDynamodbStore } from '../../src/storage/dynamodb/dynamodb-store.js'
import { partKey, uploadKey } from '../../src/storage/dynamodb/items.js'
import { objectStoreConformance } from '../../src/storage/object-store.conformance.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { collect } from '../../src/testing/collect.js'
import { acquireLease } from '../../src/vault/leases.js'
import { allAtOnce, AT_ONCE_TIMEOUT_MS } from './all-at-once.js'
import { throughAllCommands } from './all-commands.js'
import { isThorough, unlessThorough } from '../support/sweep.js'
import { type DynamodbLocal, noDynamodbLocal, startDynamodbLocal } from './dynamodb-local.js'

const reason = noDynamodbLocal()

describe.skipIf(reason !== undefined)(
  `on DynamoDB Local${reason === undefined ? '' : ` (skipped: ${reason})`}`,
  () => {
    let local: DynamodbLocal
    let tables = 0
    beforeAll(async () => {
      local = await startDynamodbLocal()
    }, 60_000)
    afterAll(() => local.close())

    async function makeStore(clock: Clock = systemClock): Promise<ObjectStore & { table: string }> {
      const table = `vault-${++tables}`
      const store = openDynamodbStore({ client: local.client, table, clock, random: Math.random })
      await store.prepare!()
      return { ...store, table }
    }

    objectStoreConformance('the DynamoDB store', () => makeStore(), { largeBytes: 1024 * 1024 })

    async function itemsOf(table: string): Promise<string[]> {
      const items: string[] = []
      // A page is 1 MB.
      for await (const { Items = [] } of paginateScan({ client: local.client }, { TableName: table }))
        items.push(...Items.map(({ pk }) => (pk?.S ?? '').split('#')[0] ?? ''))
      return items.sort()
    }

    it('holds a vault from the command line: made, backed up to, verified and restored from', async () => {
      const vault = `dynamodb://cli-${++tables}`
      await throughAllCommands(
        { COGNITO_VAULT: vault, COGNITO_VAULT_STORAGE_ENDPOINT_URL: local.url, AWS_REGION: 'eu-west-1' },
        (init) => expect(init).toContain('Made ready: the table cli-'),
      )
    })

    it.runIf(isThorough)(
      `shows nothing half-way, and loses nothing, while two backups, a restore and a prune are under way${unlessThorough}`,
      { timeout: AT_ONCE_TIMEOUT_MS },
      async () => {
        const TableName = `cli-${++tables}`
        await allAtOnce(
          () => ({
            COGNITO_VAULT: `dynamodb://${TableName}`,
            COGNITO_VAULT_STORAGE_ENDPOINT_URL: local.url,
            AWS_REGION: 'eu-west-1',
          }),
          async () => {
            for await (const { Items = [] } of paginateScan({ client: local.client }, { TableName })) {
              for (const item of Items.filter(({ storedAt }) => storedAt !== undefined)) {
                const storedAt = { N: String(Number(item['storedAt']?.N) - 25 * 3_600_000) }
                await local.client.send(new PutItemCommand({ TableName, Item: { ...item, storedAt } }))
              }
            }
          },
        )
      },
    )

    it('gives a backup its locks and objects where nothing may be deleted', async () => {
      const { table } = await makeStore()
      const sent: string[] = []
      const appending = sending(local.client, (command) => {
        sent.push(command)
        if (command.startsWith('Delete'))
          throw Object.assign(new Error('no'), { name: 'AccessDeniedException' })
      })
      const store = openDynamodbStore({ client: appending, table, clock: systemClock, random: Math.random })
      const lease = await acquireLease(store, {
        scope: 'backup/pool',
        purpose: 'a test',
        holder: { host: 'test', pid: 1 },
        clock: systemClock,
        random: Math.random,
        newId: randomUUID,
      })
      const values = [randomBytes(5000), randomBytes(5000)]
      const answers = await Promise.all(values.map((value) => store.putIfAbsent('a', value)))
      expect(answers.toSorted()).toEqual(['exists', 'stored'])
      await lease.check()
      await lease.release()
      expect([...new Set(sent)].filter((command) => !command.startsWith('Delete')).toSorted()).toEqual([
        'GetItemCommand',
        'PutItemCommand',
        'QueryCommand',
        'TransactWriteItemsCommand',
      ])
    })

    describe('the DynamoDB store', () => {
      let store: ObjectStore & { table: string }
      beforeEach(async () => {
        store = await makeStore()
      })
      const large = randomBytes(1_000_000)

      it('makes its table, billed by request and protected, and leaves one that is there', async () => {
        const { Table } = await local.client.send(new DescribeTableCommand({ TableName: store.table }))
        expect(Table?.BillingModeSummary?.BillingMode).toBe('PAY_PER_REQUEST')
        expect(Table?.DeletionProtectionEnabled).toBe(true)
        expect(await store.prepare!()).toEqual([])
      })

      it('says that there is no table, and what makes one', async () => {
        const nowhere = openDynamodbStore({
          client: local.client,
          table: 'nowhere',
          clock: systemClock,
          random: Math.random,
        })
        const refusal = {
          code: 'VAULT_NOT_FOUND',
          hint: expect.stringContaining('init --vault dynamodb://nowhere') as string,
        }
        await expect(nowhere.get('a')).rejects.toMatchObject(refusal)
        await expect(collect(nowhere.list(''))).rejects.toMatchObject(refusal)
      })

      it('keeps what is large in parts, which nobody lists and a deletion takes along', async () => {
        await store.putIfAbsent('large', large)
        await store.putIfAbsent('small', Buffer.from('one'))
        expect(await itemsOf(store.table)).toEqual(['object', 'object', 'part', 'part', 'part', 'upload'])
        expect((await collect(store.list(''))).map(({ key, size }) => [key, size])).toEqual([
          ['large', 1_000_000],
          ['small', 3],
        ])
        await store.delete('large')
        expect(await itemsOf(store.table)).toEqual(['object'])
      })

      it('tries a part again that was throttled, and does not begin anew', async () => {
        let parts = 0
        const throttled = sending(local.client, (command) => {
          if (command === 'PutItemCommand' && [2, 3, 5].includes(++parts)) {
            throw Object.assign(new Error('no'), { name: 'ThrottlingException' })
          }
        })
        const options = { client: throttled, table: store.table, clock: systemClock, random: () => 0 }
        expect(await openDynamodbStore(options).putIfAbsent('large', large)).toBe('stored')
        expect(await itemsOf(store.table)).toEqual(['object', 'part', 'part', 'part', 'upload'])
        expect(Buffer.from((await store.get('large'))!).equals(large)).toBe(true)
      })

      it('leaves no parts of those who were beaten', async () => {
        await Promise.all(Array.from({ length: 3 }, () => store.putIfAbsent('large', large)))
        expect(await itemsOf(store.table)).toEqual(['object', 'part', 'part', 'part', 'upload'])
      })

      it('dates by DynamoDB’s clock, whatever the writer’s says', async () => {
        const wrong = { ...systemClock, now: () => 1000 }
        const other = await makeStore(wrong)
        await other.putIfAbsent('a', Buffer.from('one'))
        const { lastModified } = (await other.head('a'))!
        expect(Math.abs(Date.now() - lastModified)).toBeLessThan(10_000)
      })

      it('asks again what time it is when the writer slept meanwhile', async () => {
        const times = [0, 3_600_000, 3_600_000, 3_600_001]
        const sleepy = { ...systemClock, now: () => times.shift() ?? 3_600_002 }
        const other = await makeStore(sleepy)
        expect(await other.putIfAbsent('a', Buffer.from('one'))).toBe('stored')
        expect(times).toEqual([])
      })

      it('says that an object is damaged of which a part is gone or altered', async () => {
        await store.putIfAbsent('large', large)
        const { Items = [] } = await local.client.send(new ScanCommand({ TableName: store.table }))
        const part = Items.find(({ pk }) => pk?.S?.endsWith('#0'))!
        const bytes = Uint8Array.from(part['bytes']!.B!)
        bytes[7]! ^= 1
        await local.client.send(
          new PutItemCommand({ TableName: store.table, Item: { ...part, bytes: { B: bytes } } }),
        )
        await expect(store.get('large')).rejects.toMatchObject({ code: 'VAULT_DAMAGED', value: 'large' })
        await remove(local.client, store.table, part['pk']!.S!)
        await expect(store.get('large')).rejects.toMatchObject({ code: 'VAULT_DAMAGED', value: 'large' })
      })

      it('says of an object whose parts have not all come to a replica that it is not whole', async () => {
        await store.putIfAbsent('large', large)
        await store.putIfAbsent('small', Buffer.from('one'))
        const ask = async (): Promise<unknown> =>
          Promise.all(['large', 'small', 'none'].map(async (key) => store.isWhole?.(key)))
        expect(await ask()).toEqual([true, true, false])
        const { Items = [] } = await local.client.send(new ScanCommand({ TableName: store.table }))
        await remove(local.client, store.table, Items.find(({ pk }) => pk?.S?.endsWith('#1'))!['pk']!.S!)
        expect(await ask()).toEqual([false, true, false])
      })

      describe('what a writer left that died', () => {
        /** All but the last request of a put. */
        async function dieBeforeTheEnd(key: string): Promise<void> {
          const dying = sending(local.client, (command) => {
            if (command === 'TransactWriteItemsCommand') throw new Error('died')
          })
          const store_ = openDynamodbStore({
            client: dying,
            table: store.table,
            clock: systemClock,
            random: Math.random,
          })
          await expect(store_.putIfAbsent(key, large)).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
        }

        it('is seen by nobody, and swept once it is old', async () => {
          await dieBeforeTheEnd('large')
          expect(await store.get('large')).toBeUndefined()
          expect(await collect(store.list(''))).toEqual([])
          expect(await store.putIfAbsent('large', large)).toBe('stored')

          expect(await store.sweep!(Date.now() - 3_600_000)).toBe(0)
          expect(await itemsOf(store.table)).toHaveLength(9)
          expect(await store.sweep!(Date.now() + 60_000)).toBe(1)
          expect(await itemsOf(store.table)).toEqual(['object', 'part', 'part', 'part', 'upload'])
          expect(Buffer.from((await store.get('large'))!).equals(large)).toBe(true)
        })

        it('is not named by an object whose writer only slept', async () => {
          const sleeping = sending(local.client, async (command) => {
            if (command === 'TransactWriteItemsCommand')
              expect(await store.sweep!(Date.now() + 60_000)).toBe(1)
          })
          const slow = openDynamodbStore({
            client: sleeping,
            table: store.table,
            clock: systemClock,
            random: Math.random,
          })
          await expect(slow.putIfAbsent('large', large)).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
          expect(await itemsOf(store.table)).toEqual([])
        })
      })
    })
  },
)

async function remove(client: DynamoDBClient, table: string, pk: string): Promise<void> {
  const [, upload = '', part = ''] = pk.split('#')
  const Key = part === '' ? uploadKey(upload) : partKey(upload, Number(part))
  await client.send(new DeleteItemCommand({ TableName: table, Key }))
}

/** The same client, with something done before each command. */
function sending(client: DynamoDBClient, before: (command: string) => void | Promise<void>): DynamoDBClient {
  return new Proxy(client, {
    get: (target, name) =>
      name !== 'send'
        ? (Reflect.get(target, name) as unknown)
        : async (command: { constructor: { name: string } }) => {
            await before(command.constructor.name)
            return target.send(command as never)
          },
  })
}
