import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readBackupTable } from '../../src/foreign/backup-table.js'
import { openDynamodbExport } from '../../src/foreign/dynamodb-export.js'
import { plainItem } from '../../src/foreign/dynamodb-value.js'
import type { Fact } from '../../src/foreign/foreign-backup.js'
import { readUserList } from '../../src/foreign/user-list.js'
import { without } from '../../src/cognito/canonical-body.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { collect } from '../../src/testing/collect.js'
import { streamOf } from '../../src/testing/user-views.js'
import {
  CBR_FILE,
  CBR_NAME,
  groupRow,
  inPieces,
  LAST_RUN,
  memberRow,
  onTheWire,
  runRow,
  userRow,
  writeExport,
} from '../support/foreign-files.js'

const list = (users: readonly JsonObject[]): Promise<Fact[]> =>
  collect(readUserList(inPieces(JSON.stringify(users)), 'p.json'))
const table = (...items: JsonObject[]): Promise<Fact[]> =>
  collect(readBackupTable(streamOf(...items), 'BackupTable'))

const ANN: JsonObject = {
  Username: 'ann',
  Attributes: [{ Name: 'sub', Value: 'sub-1' }],
  Enabled: true,
  UserStatus: 'CONFIRMED',
}

describe('a file of users', () => {
  it('is read as cognito-backup-restore 1.3.2 writes it', async () => {
    const facts = await collect(readUserList(inPieces(CBR_FILE), CBR_NAME))
    expect(
      facts.map((fact) => (fact.kind === 'user' ? [fact.sub, fact.body['Username'], fact.at] : fact.kind)),
    ).toEqual([
      ['854bda7c-0812-4c54-9ded-0bddcb7191f6', 'user3', Date.parse('2026-11-25T01:56:24.391Z')],
      ['c025fa3e-b654-4881-848b-f37211446b21', 'user2', Date.parse('2026-11-25T01:56:24.389Z')],
      ['10e37dd5-d781-46d4-9da7-834d2b6bc199', 'user1', Date.parse('2026-11-25T01:56:24.388Z')],
    ])
    expect(facts[1]).toMatchObject({
      body: {
        Attributes: [
          { Name: 'email', Value: 'user2@example.com' },
          { Name: 'name', Value: 'Zoë "Z" {x} [y] \\ 中' },
          { Name: 'sub', Value: 'c025fa3e-b654-4881-848b-f37211446b21' },
        ],
        Enabled: false,
        UserCreateDate: '2026-11-25T01:56:24.389Z',
      },
    })
  })

  it('has groups where cognito-backup asked for them, and keeps what nobody knows', async () => {
    const facts = await list([{ ...ANN, Groups: ['staff', { GroupName: 'buyers' }], Shoe: { size: 42 } }])
    expect(facts).toEqual([
      { kind: 'user', sub: 'sub-1', body: { ...ANN, Shoe: { size: 42 } }, at: undefined },
      { kind: 'groups-known' },
      { kind: 'membership', sub: 'sub-1', group: 'staff', at: undefined },
      { kind: 'membership', sub: 'sub-1', group: 'buyers', at: undefined },
    ])
  })

  it('is refused where users have no sub, with how many', async () => {
    const nameless = { ...ANN, Attributes: [{ Name: 'email', Value: 'x@example.com' }] }
    await expect(list([nameless, ANN, nameless])).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: expect.stringMatching(/^p\.json: 2 of 3 users have no sub, the first at byte 1;/) as string,
    })
  })

  it.each(['Username', 'Attributes', 'Enabled', 'UserStatus'])(
    'is refused where a user has no %s',
    async (member) => {
      const rest = without(ANN, [member])
      await expect(list([ANN, rest])).rejects.toThrow(
        new RegExp(`record 2, at byte \\d+, is no user: its ${member}`),
      )
    },
  )
})

describe('the BackupTable', () => {
  it('is read as the workflow writes it', async () => {
    const facts = await table(
      userRow('sub-1', 'ann', { userEnabled: false }),
      groupRow('staff', { groupPrecedence: 3 }),
      groupRow('plain', { groupDescription: '' }),
      memberRow('staff', 'sub-1', 'ann'),
      runRow(),
      { id: 'something', type: 'else' },
    )
    expect(facts).toEqual([
      {
        kind: 'user',
        sub: 'sub-1',
        at: LAST_RUN,
        body: {
          Attributes: [
            { Name: 'email', Value: 'ann@example.com' },
            { Name: 'email_verified', Value: 'true' },
            { Name: 'sub', Value: 'sub-1' },
          ],
          Enabled: false,
          UserStatus: 'CONFIRMED',
          Username: 'ann',
        },
      },
      {
        kind: 'group',
        name: 'staff',
        at: LAST_RUN,
        body: {
          GroupName: 'staff',
          Description: 'those of staff',
          Precedence: 3,
          LastModifiedDate: '2026-10-01T00:00:00.000Z',
        },
      },
      {
        kind: 'group',
        name: 'plain',
        at: LAST_RUN,
        body: { GroupName: 'plain', LastModifiedDate: '2026-10-01T00:00:00.000Z' },
      },
      { kind: 'membership', sub: 'sub-1', group: 'staff', at: LAST_RUN },
      { kind: 'last-run', at: LAST_RUN },
      { kind: 'other' },
    ])
  })

  it('has the sub in its key, where an attribute does not say it, and is refused where the two differ', async () => {
    const bare = { userAttributes: [{ Name: 'email', Value: 'x@example.com' }] }
    expect(await table(userRow('sub-1', 'ann', bare))).toMatchObject([{ sub: 'sub-1' }])
    await expect(table(userRow('sub-1', 'ann', { id: 'USER-sub-2' }))).rejects.toThrow(
      'item 1 is not what the table',
    )
    await expect(table(runRow(), userRow('sub-1', 'ann', { userStatus: '' }))).rejects.toThrow(
      'item 2 is no user',
    )
  })
})

describe('values of DynamoDB', () => {
  it('become plain JSON', () => {
    const item = { a: 'x', b: 1.5, c: true, d: null, e: [{ f: -1 }, 'g'] }
    expect(plainItem(onTheWire(item))).toEqual(item)
    expect(
      plainItem({ s: { SS: ['x'] }, n: { NS: ['1'] }, b: { B: 'AQI=' }, big: { N: '12345678901234567890' } }),
    ).toEqual({
      s: ['x'],
      n: [1],
      b: 'AQI=',
      big: '12345678901234567890',
    })
    expect(plainItem({ a: 'x' })).toBeUndefined()
    expect(plainItem({ a: { Z: 'x' } })).toBeUndefined()
  })
})

describe('an export of the table to S3', () => {
  let folder: string
  let place: string
  const items = [userRow('sub-1', 'ann'), userRow('sub-2', 'bob'), runRow()]

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'dynamodb-export-'))
    place = await writeExport(folder, [items.slice(0, 2), [], items.slice(2)])
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is found in the folder that it was copied into, and read whole', async () => {
    for (const given of [folder, place, join(folder, 'AWSDynamoDB')]) {
      const found = await openDynamodbExport(given)
      expect(found).toMatchObject({ table: 'BackupTable', exportedAt: Date.parse('2026-11-21T00:00:00Z') })
      expect(await collect(found.items())).toEqual(items)
    }
  })

  it('is refused where a file is cut short, altered, gone or lacks an item', async () => {
    const path = join(place, 'data', 'file0.json.gz')
    const whole = await readFile(path)
    const altered = Buffer.from(whole)
    // In the gzip header, where it does not keep the data from being read.
    altered[4]! ^= 1
    for (const bytes of [whole.subarray(0, whole.length - 9), altered, Buffer.alloc(0), undefined]) {
      if (bytes === undefined) await rm(path)
      else await writeFile(path, bytes)
      const found = await openDynamodbExport(folder)
      await expect(collect(found.items())).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE', value: path })
    }
    await writeFile(path, whole)
    await writeExport(folder, [items], { itemCount: 4 })
    await expect(collect((await openDynamodbExport(folder)).items())).rejects.toThrow(
      '3 items where its summary counted 4',
    )
  })

  it('is refused where it is none, several, ION, or not full', async () => {
    await expect(openDynamodbExport(join(place, 'data'))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' })
    for (const summary of [{ outputFormat: 'ION' }, { exportType: 'INCREMENTAL_EXPORT' }]) {
      await writeExport(folder, [items], summary)
      await expect(openDynamodbExport(folder)).rejects.toMatchObject({ code: 'USAGE' })
    }
    await writeExport(join(folder, 'other'), [items])
    await rm(join(folder, 'AWSDynamoDB'), { recursive: true })
    await writeExport(folder, [items])
    await writeFile(join(place, '..', 'manifest-summary.json'), '{}')
    await expect(openDynamodbExport(folder)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('2 exports') as string,
    })
  })
})
