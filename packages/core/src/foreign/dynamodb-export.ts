import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import type { JsonObject } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import { plainItem } from './dynamodb-value.js'
import { unreadable } from './foreign-backup.js'

const SUMMARY = 'manifest-summary.json'
const FILES = 'manifest-files.json'

const summarySchema = z.object({
  tableArn: z.string(),
  exportTime: z.iso.datetime(),
  itemCount: z.number().int().nonnegative(),
  outputFormat: z.string(),
  exportType: z.string().optional(),
})
const fileSchema = z.object({
  itemCount: z.number().int().nonnegative(),
  md5Checksum: z.string(),
  dataFileS3Key: z.string(),
})

/** An item is at most 400 KB; written as JSON it grows. */
const LONGEST_LINE = 8 * 1024 * 1024

/** A full export of a table to S3, in a folder into which it was copied. */
export interface DynamodbExport {
  readonly table: string
  /** Of which moment the table's content is, in milliseconds. */
  readonly exportedAt: number
  /** The items as plain JSON; every file is compared with its checksum and its count. */
  readonly items: () => AsyncIterable<JsonObject>
}

/**
 * Opens an export by its manifest: the folder that has it, or one above that has a single export.
 *
 * @throws CodedError `SOURCE_NOT_FOUND`, `USAGE` where there are several, or it is none that can be read
 */
export async function openDynamodbExport(folder: string): Promise<DynamodbExport> {
  const place = await findExport(folder)
  const summary = await readSummary(join(place, SUMMARY))
  if (summary.outputFormat !== 'DYNAMODB_JSON' || (summary.exportType ?? 'FULL_EXPORT') !== 'FULL_EXPORT')
    throw new CodedError(
      'USAGE',
      `the export in ${place} is ${summary.exportType ?? ''} ${summary.outputFormat}, which cannot be read`,
      {
        value: place,
        hint: 'export the table again: aws dynamodb export-table-to-point-in-time --export-format DYNAMODB_JSON, in full',
      },
    )
  return {
    table: summary.tableArn.slice(summary.tableArn.lastIndexOf('/') + 1),
    exportedAt: Date.parse(summary.exportTime),
    items: () => readItems(place, summary.itemCount),
  }
}

async function findExport(folder: string): Promise<string> {
  const nested = join(folder, 'AWSDynamoDB')
  const candidates = [folder, ...(await foldersIn(folder)), ...(await foldersIn(nested))]
  const found: string[] = []
  for (const candidate of candidates) if (await isFile(join(candidate, SUMMARY))) found.push(candidate)
  const [first, second] = found
  if (first === undefined)
    throw new CodedError('SOURCE_NOT_FOUND', `there is no ${SUMMARY} in ${folder}`, {
      value: folder,
      hint: 'copy the whole export: aws s3 cp --recursive s3://BUCKET/PREFIX/AWSDynamoDB/EXPORT-ID FOLDER',
    })
  if (second !== undefined)
    throw new CodedError('USAGE', `there are ${found.length} exports in ${folder}`, {
      value: folder,
      hint: `name one: ${first}`,
    })
  return first
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name))
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function readSummary(path: string): Promise<z.infer<typeof summarySchema>> {
  try {
    return summarySchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    throw unreadable(`${path} is not the summary of an export`, path, cause)
  }
}

async function* readItems(place: string, itemCount: number): AsyncGenerator<JsonObject> {
  let count = 0
  for (const file of await readFileList(join(place, FILES))) {
    const path = join(place, 'data', basename(file.dataFileS3Key))
    let inFile = 0
    for await (const item of readDataFile(path, file.md5Checksum)) {
      inFile++
      yield item
    }
    if (inFile !== file.itemCount)
      throw unreadable(`${path} has ${inFile} items where the manifest counted ${file.itemCount}`, path)
    count += inFile
  }
  if (count !== itemCount)
    throw unreadable(
      `the export in ${place} has ${count} items where its summary counted ${itemCount}`,
      place,
    )
}

async function readFileList(path: string): Promise<z.infer<typeof fileSchema>[]> {
  try {
    const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line.trim() !== '')
    return lines.map((line) => fileSchema.parse(JSON.parse(line)))
  } catch (cause) {
    throw unreadable(`${path} is missing, or not the list of an export's files`, path, cause)
  }
}

async function* readDataFile(path: string, md5: string): AsyncGenerator<JsonObject> {
  const hash = createHash('md5')
  let number = 0
  for await (const line of linesOf(path, hash)) {
    number++
    const item = parseItem(line)
    if (item === undefined) throw unreadable(`${path}: line ${number} is no item of DynamoDB`, path)
    yield item
  }
  if (hash.digest('base64') !== md5)
    throw unreadable(`${path} is not the file that the manifest names: its MD5 is another`, path)
}

function parseItem(line: string): JsonObject | undefined {
  try {
    return plainItem((JSON.parse(line) as { Item?: unknown }).Item)
  } catch {
    return undefined
  }
}

async function* linesOf(path: string, hash: ReturnType<typeof createHash>): AsyncGenerator<string> {
  // A partition that is empty may have a file without a byte.
  if ((await stat(path).catch(() => undefined))?.size === 0) return
  const raw = createReadStream(path)
  raw.on('data', (chunk) => hash.update(chunk))
  const text = createGunzip().setEncoding('utf8')
  raw.on('error', (error) => text.destroy(error))
  let rest = ''
  try {
    for await (const chunk of raw.pipe(text)) {
      const lines = (rest + String(chunk)).split('\n')
      rest = lines.pop() ?? ''
      if (rest.length > LONGEST_LINE) throw unreadable(`${path}: a line does not end`, path)
      for (const line of lines) if (line !== '') yield line
    }
  } catch (cause) {
    if (cause instanceof CodedError) throw cause
    throw unreadable(`${path} is missing, cut short, or not gzip data`, path, cause)
  } finally {
    raw.destroy()
  }
  if (rest !== '') yield rest
}
