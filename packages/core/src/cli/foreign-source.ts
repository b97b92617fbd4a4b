import { createReadStream, statSync } from 'node:fs'
import { basename } from 'node:path'
import { checkPoolId, regionOfPool } from '../actions/pool.js'
import { readBackupTable } from '../foreign/backup-table.js'
import { openDynamodbExport } from '../foreign/dynamodb-export.js'
import type { ForeignBackup } from '../foreign/foreign-backup.js'
import { readUserList } from '../foreign/user-list.js'
import { CodedError } from '../model/errors.js'
import { scanTable } from '../sources-aws/scan-table.js'
import { identitySettings } from './identity-settings.js'
import type { CommandRun } from './commands/command.js'
import { chooseRegion } from './region.js'

/** Pages of a table a second, where `--tps` says nothing: at most 128 units of read capacity. */
const PAGES_PER_SECOND = 1

/**
 * The backup that a person named: `dynamodb-table:NAME`, `dynamodb-export:FOLDER`, `user-list:FILE`; of a path alone it is looked
 * whether it is a folder or a file.
 *
 * @throws CodedError `USAGE`, `SOURCE_NOT_FOUND`
 */
export async function foreignSource(
  run: CommandRun,
  from: string,
  poolId: string | undefined,
): Promise<ForeignBackup> {
  const [, kind, place] = /^(dynamodb-table|dynamodb-export|user-list):(.+)$/s.exec(from) ?? []
  if (kind === 'dynamodb-table' && place !== undefined) return table(run, place, poolId)
  const path = place ?? from
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) throw notFound(path)
  if (kind === 'dynamodb-export' || (kind === undefined && found.isDirectory())) {
    const { table: name, exportedAt, items } = await openDynamodbExport(path)
    return { source: 'backup-table', name, exportedAt, facts: () => readBackupTable(items(), name) }
  }
  if (!found.isFile()) throw notFound(path)
  const name = basename(path)
  return {
    source: 'user-list',
    name,
    poolId: poolOf(name),
    exportedAt: Math.floor(found.mtimeMs),
    facts: () => readUserList(createReadStream(path, { highWaterMark: 1024 * 1024 }), name),
  }
}

async function table(run: CommandRun, name: string, poolId: string | undefined): Promise<ForeignBackup> {
  const { io, globals } = run
  if (poolId !== undefined) checkPoolId(poolId)
  const region = await chooseRegion(globals, { poolId })
  const endpoint = io.env['AWS_ENDPOINT_URL_DYNAMODB'] || io.env['AWS_ENDPOINT_URL']
  const settings = { region, ...(endpoint ? { endpoint } : {}), ...identitySettings(io.env, globals) }
  const pagesPerSecond = globals.tps ?? PAGES_PER_SECOND
  const { clock, signal } = io
  return {
    source: 'backup-table',
    name,
    facts: () => readBackupTable(scanTable(settings, { table: name, pagesPerSecond, clock, signal }), name),
  }
}

/** Both tools name a file by its pool. */
function poolOf(fileName: string): string | undefined {
  const name = fileName.replace(/\.json$/i, '')
  return regionOfPool(name) === undefined ? undefined : name
}

function notFound(path: string): CodedError {
  return new CodedError('SOURCE_NOT_FOUND', `there is no backup at ${path}`, {
    value: path,
    hint: 'give a file, a folder, or dynamodb-table:NAME after --from',
  })
}
