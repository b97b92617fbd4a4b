import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeRecord, recordValue, type StreamRecord } from '../model/records.js'
import { openFsStore } from '../storage/fs/fs-store.js'
import { collect } from '../testing/collect.js'
import { openSegments } from './segment-store.js'
import { readStream } from './stream-reader.js'
import { writeStream } from './stream-writer.js'

const run = promisify(execFile)
let directory: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'recipe-'))
})
afterAll(() => rm(directory, { recursive: true, force: true }))

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of what is in memory
async function* users(day: number): AsyncGenerator<StreamRecord> {
  for (let i = 0; i < 30; i++)
    if (day === 0 || i !== 4) yield makeRecord(`sub-${100 + i}`, { name: i === 9 ? `Zoë ${day}` : 'Ann' })
}

async function has(command: string): Promise<boolean> {
  return run('sh', ['-c', `command -v ${command}`]).then(
    () => true,
    () => false,
  )
}

it('reads a snapshot by the recipe of docs/format.md, deltas applied', async (context) => {
  for (const tool of ['zcat', 'jq']) if (!(await has(tool))) context.skip(`${tool} is not installed`)
  const segments = openSegments(openFsStore(directory), 'pool')
  const how = { records: 12, characters: 1e6, chain: 8 }
  const first = await writeStream(segments, users(0), undefined, how)
  const second = await writeStream(segments, users(1), first.root, how)
  const text = await readFile(new URL('../../../../docs/format.md', import.meta.url), 'utf8')
  const recipe = text.slice(text.indexOf('    seg()'), text.indexOf('prints every user'))
  const script = recipe.replace(/^ *root=.*$/m, `root=${second.root}`)
  const { stdout } = await run('bash', ['-euc', script], { cwd: join(directory, 'pools/pool') })
  const found = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  const wanted = await collect(readStream(segments, second.root))
  expect(found).toEqual(wanted.map((record) => ({ key: record.key, value: recordValue(record) })))
})
