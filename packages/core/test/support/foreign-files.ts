import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { JsonObject, JsonValue } from '../../src/model/canonical.js'

/** What cognito-backup-restore 1.3.2 wrote of a pool with three users, byte for byte, and how it called the file. */
export const CBR_NAME = 'eu-west-1_eRzVdmJD6.json'
export const CBR_FILE = `[
{"Username":"user3","Attributes":[{"Name":"sub","Value":"854bda7c-0812-4c54-9ded-0bddcb7191f6"}],"UserCreateDate":"2026-11-25T01:56:24.391Z","UserLastModifiedDate":"2026-11-25T01:56:24.391Z","Enabled":true,"UserStatus":"FORCE_CHANGE_PASSWORD"}
,
{"Username":"user2","Attributes":[{"Name":"email","Value":"user2@example.com"},{"Name":"name","Value":"Zoë \\"Z\\" {x} [y] \\\\ 中"},{"Name":"sub","Value":"c025fa3e-b654-4881-848b-f37211446b21"}],"UserCreateDate":"2026-11-25T01:56:24.389Z","UserLastModifiedDate":"2026-11-25T01:56:24.389Z","Enabled":false,"UserStatus":"CONFIRMED"}
,
{"Username":"user1","Attributes":[{"Name":"email","Value":"user1@example.com"},{"Name":"email_verified","Value":"true"},{"Name":"sub","Value":"10e37dd5-d781-46d4-9da7-834d2b6bc199"}],"UserCreateDate":"2026-11-25T01:56:24.388Z","UserLastModifiedDate":"2026-11-25T01:56:24.388Z","Enabled":true,"UserStatus":"CONFIRMED"}
]
`

/** The bytes in pieces of so many. */
// eslint-disable-next-line @typescript-eslint/require-await -- a file in memory
export async function* inPieces(bytes: Uint8Array | string, size = 7): AsyncGenerator<Uint8Array> {
  const all = Buffer.from(bytes)
  for (let i = 0; i < all.length; i += size) yield all.subarray(i, i + size)
}

/** The moment of the last run of the table's workflow. */
export const LAST_RUN = Date.parse('2026-11-20T03:00:00Z')

/** A row for a user, as the workflow writes it. */
export function userRow(sub: string, username: string, more: JsonObject = {}): JsonObject {
  return {
    id: `USER-${sub}`,
    type: 'USER-3f5c5a7e-0000-4000-8000-000000000001',
    username,
    pseudoUsername: `${username}@example.com`,
    userAttributes: [
      { Name: 'sub', Value: sub },
      { Name: 'email', Value: `${username}@example.com` },
      { Name: 'email_verified', Value: 'true' },
    ],
    userEnabled: true,
    userStatus: 'CONFIRMED',
    lastConfirmedInUserPool: LAST_RUN,
    lastUpdatedRegion: 'eu-west-1',
    ...more,
  }
}

export function groupRow(name: string, more: JsonObject = {}): JsonObject {
  return {
    id: `GROUP-${name}`,
    type: 'GROUP-3f5c5a7e-0000-4000-8000-000000000002',
    groupName: name,
    groupDescription: `those of ${name}`,
    groupPrecedence: -1,
    groupLastModifiedDate: '2026-10-01T00:00:00.000Z',
    lastConfirmedInUserPool: LAST_RUN,
    lastUpdatedRegion: 'eu-west-1',
    ...more,
  }
}

export function memberRow(group: string, sub: string, username: string, more: JsonObject = {}): JsonObject {
  return {
    id: `GROUP_MEMBER-${group}`,
    type: `GROUP_MEMBER-${sub}`,
    groupUser: username,
    groupPseudoUsername: `${username}@example.com`,
    groupName: group,
    lastConfirmedInUserPool: LAST_RUN,
    lastUpdatedRegion: 'eu-west-1',
    ...more,
  }
}

export function runRow(at = LAST_RUN): JsonObject {
  return { id: 'latest-export-timestamp', type: 'SYNC_TIMESTAMP-1', latestExportTimestamp: at }
}

/** An item as DynamoDB has it on the wire. */
export function onTheWire(item: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attributeValue(value)]))
}

function attributeValue(value: JsonValue): JsonValue {
  if (typeof value === 'string') return { S: value }
  if (typeof value === 'number') return { N: String(value) }
  if (typeof value === 'boolean') return { BOOL: value }
  if (value === null) return { NULL: true }
  return Array.isArray(value) ? { L: value.map(attributeValue) } : { M: onTheWire(value) }
}

/** Writes an export of a table to S3 as it lies in a folder after `aws s3 cp --recursive`. */
export async function writeExport(
  folder: string,
  files: readonly (readonly JsonObject[])[],
  summary: JsonObject = {},
): Promise<string> {
  const place = join(folder, 'AWSDynamoDB', '01693685827463-2d8752fd')
  await mkdir(join(place, 'data'), { recursive: true })
  const list: string[] = []
  for (const [at, items] of files.entries()) {
    const bytes = gzipSync(items.map((item) => `${JSON.stringify({ Item: onTheWire(item) })}\n`).join(''))
    await writeFile(join(place, 'data', `file${at}.json.gz`), bytes)
    list.push(
      JSON.stringify({
        itemCount: items.length,
        md5Checksum: createHash('md5').update(bytes).digest('base64'),
        etag: `etag-${at}`,
        dataFileS3Key: `exports/AWSDynamoDB/01693685827463-2d8752fd/data/file${at}.json.gz`,
      }),
    )
  }
  await writeFile(join(place, 'manifest-files.json'), `${list.join('\n')}\n`)
  const whole = {
    version: '2020-06-30',
    exportArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/BackupTable/export/01693685827463-2d8752fd',
    startTime: '2026-11-21T00:00:05.000Z',
    endTime: '2026-11-21T00:05:00.000Z',
    tableArn: 'arn:aws:dynamodb:eu-west-1:123456789012:table/BackupTable',
    tableId: '12345a12-abcd-123a-ab12-1234abc12345',
    exportTime: '2026-11-21T00:00:00.000Z',
    s3Bucket: 'exports',
    s3Prefix: null,
    s3SseAlgorithm: 'AES256',
    s3SseKmsKeyId: null,
    manifestFilesS3Key: 'AWSDynamoDB/01693685827463-2d8752fd/manifest-files.json',
    billedSizeBytes: 0,
    itemCount: files.reduce((sum, { length }) => sum + length, 0),
    outputFormat: 'DYNAMODB_JSON',
    ...summary,
  }
  await writeFile(join(place, 'manifest-summary.json'), JSON.stringify(whole))
  return place
}
