import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { deployed } from './template.js'
import { makeBundle } from './stack-lab.js'

const run = promisify(execFile)
/** What goes into a zip is compressed as gzip does it. */
const MOST_BYTES = 5_000_000

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cognito-vault-bundle-'))
  await makeBundle(folder)
}, 60_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

it('is loaded by Node alone, and has the handlers that the template names', async () => {
  const script = `console.log(JSON.stringify(Object.keys(await import(${JSON.stringify(join(folder, 'index.mjs'))}))))`
  const { stdout, stderr } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NODE_NO_WARNINGS: '1' },
  })
  const { functions } = deployed({
    parameters: { CodeBucket: 'c', CodeKey: 'k', PrimaryUserPoolId: 'p' },
    refs: { Bucket: 'bucket', Topic: 'topic' },
    attributes: { 'Key.Arn': 'key' },
  })
  expect(stderr).toBe('')
  expect((JSON.parse(stdout) as string[]).sort()).toEqual(
    [...functions.values()].map(({ handler }) => handler).sort(),
  )
})

it('is small, and has nothing of where it was made', async () => {
  const bytes = await readFile(join(folder, 'index.mjs'))
  expect(gzipSync(bytes).length).toBeLessThan(MOST_BYTES)
  expect(bytes.includes('node_modules')).toBe(false)
})
