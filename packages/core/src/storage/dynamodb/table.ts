import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  UpdateContinuousBackupsCommand,
} from '@aws-sdk/client-dynamodb'
import type { Clock } from '../../model/clock.js'
import { CodedError } from '../../model/errors.js'
import { exceptionOf } from './dynamodb-errors.js'
import type { DynamoCall } from './uploads.js'

const WAIT_MS = 2_000
const LOOKS = 60

/**
 * Makes the table where there is none: on demand, protected against deletion, with point-in-time recovery. A table that is there is left as it is.
 *
 * @returns what was made, and what of it could not be had, a sentence each
 */
export async function prepareTable(
  client: DynamoDBClient,
  table: string,
  clock: Clock,
  call: DynamoCall,
): Promise<string[]> {
  if ((await statusOf(client, table, call)) !== undefined) {
    await untilActive(client, table, clock, call)
    return []
  }
  await call('CreateTable', '', async () => {
    try {
      await client.send(
        new CreateTableCommand({
          TableName: table,
          AttributeDefinitions: [
            { AttributeName: 'pk', AttributeType: 'S' },
            { AttributeName: 'sk', AttributeType: 'S' },
          ],
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          BillingMode: 'PAY_PER_REQUEST',
          DeletionProtectionEnabled: true,
        }),
      )
    } catch (error) {
      // Somebody else was faster.
      if (exceptionOf(error) !== 'ResourceInUseException') throw error
    }
  })
  await untilActive(client, table, clock, call)
  const made = `the table ${table}: billed by request, protected against deletion`
  return [made, await withRecovery(client, table, clock)]
}

async function statusOf(
  client: DynamoDBClient,
  table: string,
  call: DynamoCall,
): Promise<string | undefined> {
  return call('DescribeTable', '', async () => {
    try {
      const { Table } = await client.send(new DescribeTableCommand({ TableName: table }))
      return Table?.TableStatus ?? 'UNKNOWN'
    } catch (error) {
      if (exceptionOf(error) === 'ResourceNotFoundException') return undefined
      throw error
    }
  })
}

async function untilActive(
  client: DynamoDBClient,
  table: string,
  clock: Clock,
  call: DynamoCall,
): Promise<void> {
  let status: string | undefined
  for (let look = 1; look <= LOOKS; look++) {
    status = await statusOf(client, table, call)
    // One that is being changed takes requests.
    if (status === 'ACTIVE' || status === 'UPDATING') return
    await clock.sleep(WAIT_MS)
  }
  throw new CodedError('STORAGE_FAILED', `the table ${table} is not ready: ${status ?? 'gone'}`, {
    value: table,
    hint: 'wait until its status is ACTIVE, then run the same command again',
  })
}

/** A vault without it is a vault all the same, so that its failure is said and nothing more. */
async function withRecovery(client: DynamoDBClient, table: string, clock: Clock): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    try {
      await client.send(
        new UpdateContinuousBackupsCommand({
          TableName: table,
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        }),
      )
      return 'point-in-time recovery of the table, for 35 days'
    } catch (error) {
      const name = exceptionOf(error)
      // So for a while after a table was made.
      if (name === 'ContinuousBackupsUnavailableException' && attempt < LOOKS) await clock.sleep(WAIT_MS)
      else return `no point-in-time recovery: ${name}; turn it on where it is wanted`
    }
  }
}
