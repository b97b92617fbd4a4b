import type { ScanCommandInput } from '@aws-sdk/client-dynamodb'
import { plainItem } from '../foreign/dynamodb-value.js'
import { unreadable } from '../foreign/foreign-backup.js'
import type { JsonObject } from '../model/canonical.js'
import type { Clock } from '../model/clock.js'
import { CodedError } from '../model/errors.js'
import type { ServiceSettings } from '../references-aws/aws-service.js'

export interface ScanOptions {
  readonly table: string
  /** A page is at most 1 MB, and takes at most 128 units of the table's read capacity. */
  readonly pagesPerSecond: number
  readonly clock: Clock
  readonly signal?: AbortSignal | undefined
}

const ATTEMPTS = 10
const TIMEOUT_MS = 30_000

/**
 * All items of a DynamoDB table as plain JSON, by Scan, page by page, no faster than told. What is written meanwhile may or may not be seen.
 *
 * @throws CodedError `SOURCE_NOT_FOUND`, `ACCESS_DENIED`, `CREDENTIALS_REJECTED`, `SOURCE_UNREADABLE`
 */
export async function* scanTable(
  settings: ServiceSettings,
  options: ScanOptions,
): AsyncGenerator<JsonObject> {
  const { table, clock, signal } = options
  // Loaded when it is needed: most commands never do.
  const { DynamoDBClient, ScanCommand } = await import('@aws-sdk/client-dynamodb')
  const client = new DynamoDBClient({
    ...settings,
    maxAttempts: ATTEMPTS,
    requestHandler: { connectionTimeout: 5_000, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  })
  try {
    for (let start: ScanStart; ;) {
      const begun = clock.now()
      const page = await client
        .send(
          new ScanCommand({ TableName: table, ...(start === undefined ? {} : { ExclusiveStartKey: start }) }),
          {
            ...(signal === undefined ? {} : { abortSignal: signal }),
          },
        )
        .catch((error: unknown) => {
          signal?.throwIfAborted()
          throw explained(error, table)
        })
      for (const found of page.Items ?? []) {
        const item = plainItem(found)
        if (item === undefined) throw unreadable(`${table} has an item that cannot be read`, table)
        yield item
      }
      // A page may be empty and not the last.
      start = page.LastEvaluatedKey
      if (start === undefined) return
      await clock.sleep(Math.max(0, begun + 1000 / options.pagesPerSecond - clock.now()), signal)
    }
  } finally {
    client.destroy()
  }
}

type ScanStart = ScanCommandInput['ExclusiveStartKey']

function explained(error: unknown, table: string): CodedError {
  const { name = '', code = '' } = error as { name?: string; code?: string }
  const options = { value: table, cause: error }
  if (name === 'ResourceNotFoundException')
    return new CodedError('SOURCE_NOT_FOUND', `there is no table ${table}`, {
      ...options,
      hint: 'check its name and --region: aws dynamodb list-tables',
    })
  if (name === 'AccessDeniedException')
    return new CodedError('ACCESS_DENIED', `the caller may not read table ${table}`, {
      ...options,
      hint: 'allow dynamodb:Scan on it',
    })
  if (/Credentials|UnrecognizedClient|InvalidSignature|ExpiredToken|Token/i.test(name))
    return new CodedError(
      'CREDENTIALS_REJECTED',
      `the credentials for table ${table} were refused (${name})`,
      {
        ...options,
        hint: 'log in (aws sso login), or choose another --profile',
      },
    )
  return new CodedError('SOURCE_UNREADABLE', `table ${table} could not be read: ${code || name}`, {
    ...options,
    hint: 'nothing was imported; run the same command again',
  })
}
