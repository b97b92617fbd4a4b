import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type CliLab, openCliLab, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string
let vault: string
let journal: string

beforeEach(async () => {
  lab = await openCliLab()
  vault = join(lab.folder, 'vault')
  journal = join(lab.folder, 'journal')
  poolId = seedPool(lab.simulator)
})

async function backedUp(...keys: readonly string[]): Promise<void> {
  await lab.run(['init', ...(keys.length === 0 ? ['--no-encryption'] : keys)])
  expect((await lab.run(['backup', '--pool', poolId, ...keys])).code).toBe(0)
}

afterEach(() => lab.close())

async function filesIn(folder: string): Promise<Map<string, string>> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(file, 'latin1')] as const)),
  )
}

it('restores from a vault that is only read, and reports, takes back and tells ids from the journal beside it', async () => {
  await backedUp()
  const before = await filesIn(vault)
  const names = lab.simulator.inspect.pool(poolId).users.map(({ username }) => username)
  lab.simulator.seed.deleteUser(poolId, names[0]!)
  const beside = ['--journal', journal]
  const { code, json } = await lab.run(['restore', 'latest', '--in-place', '--yes', '--json', ...beside])
  expect([code, json]).toMatchObject([0, { runId: expect.stringMatching(/^run-/) as string }])
  const { runId } = json
  expect(lab.simulator.inspect.pool(poolId).users.map(({ username }) => username)).toContain(names[0])
  expect((await lab.run(['report', runId, ...beside])).code).toBe(0)
  expect((await lab.run(['identity-map', runId, ...beside])).stdout).toContain(names[0])
  expect((await lab.run(['resume', runId, '--json'])).json).toMatchObject({
    error: { code: 'RUN_NOT_FOUND' },
  })
  expect((await lab.run(['undo', runId, '--yes', ...beside])).code).toBe(0)
  expect(await filesIn(vault)).toEqual(before)
})

it('encrypts the journal as the vault, and takes it from the environment where a restore is about', async () => {
  const secret = join(lab.folder, 'secret')
  await writeFile(secret, 'correct horse battery staple')
  const key = ['--passphrase-file', secret]
  await backedUp(...key)
  const { username } = lab.simulator.inspect.pool(poolId).users[0]!
  const env = { COGNITO_VAULT_JOURNAL: journal }
  const into = ['restore', 'latest', '--to-new-pool', 'again', '--yes', ...key]
  expect((await lab.run(into, { env })).code).toBe(0)
  const written = await filesIn(journal)
  expect([...written.keys()].some((file) => file.endsWith('plan.json'))).toBe(true)
  expect([...written.values()].join('')).not.toContain(username)
  expect((await lab.run(['backup', '--pool', poolId, ...key], { env })).code).toBe(0)
  expect(await filesIn(journal)).toEqual(written)
})

it('takes no vault for a journal', async () => {
  await backedUp()
  const other = join(lab.folder, 'other')
  await mkdir(other)
  await lab.run(['init', '--no-encryption', '--vault', other])
  const argv = ['restore', 'latest', '--to-new-pool', 'again', '--yes', '--journal', other, '--json']
  expect((await lab.run(argv)).json).toMatchObject({
    error: { code: 'USAGE', message: expect.stringContaining('is a vault') as string },
  })
  // Its own vault neither.
  expect((await lab.run([...argv.slice(0, -2), vault, '--json'])).json).toMatchObject({
    error: { code: 'USAGE' },
  })
  expect(lab.simulator.inspect.poolIds()).toHaveLength(1)
})
