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
  const [{ username: name } = { username: '' }] = lab.simulator.inspect.pool(poolId).users
  const other = lab.simulator.seed.pool({ PoolName: 'other' })
  const namesIn = (pool: string): string[] =>
    lab.simulator.inspect.pool(pool).users.map(({ username }) => username)
  const beside = ['--journal', journal]
  const argv = ['restore', 'latest', '--to-pool', other, '--users', name]
  const { code, json } = await lab.run([...argv, '--yes', '--json', ...beside])
  expect([code, json]).toMatchObject([0, { runId: expect.stringMatching(/^run-/) as string }])
  const { runId } = json
  expect(namesIn(other)).toEqual([name])
  expect((await lab.run(['report', runId, ...beside])).code).toBe(0)
  expect((await lab.run(['identity-map', runId, ...beside])).stdout).toContain(name)
  expect((await lab.run(['resume', runId, '--json'])).json).toMatchObject({
    error: { code: 'RUN_NOT_FOUND' },
  })
  expect((await lab.run(['undo', runId, '--yes', ...beside])).code).toBe(0)
  expect(namesIn(other)).toEqual([])
  expect(await filesIn(vault)).toEqual(before)
})

it('names the journal in the commands that it says come next', async () => {
  await backedUp()
  const into = ['restore', 'latest', '--to-new-pool', 'again', '--yes', '--journal', journal]
  const { stdout } = await lab.run(into)
  expect(stdout).toMatch(/cognito-vault report run-[\w.-]+ --journal /)
  lab.simulator.faults.add({ operation: 'AdminCreateUser', kind: 'error', code: 'AccessDeniedException' })
  const stopped = await lab.run(into)
  expect(stopped.code).not.toBe(0)
  expect(stopped.stderr).toMatch(/cognito-vault resume run-[\w.-]+ --journal /)
})

it('neither goes on with a restore of the vault’s own, nor repairs a pool that the vault backs up', async () => {
  await backedUp()
  const own = await lab.run(['restore', 'latest', '--to-new-pool', 'again', '--yes', '--json'])
  const beside = ['--journal', journal, '--json']
  for (const command of ['resume', 'report'])
    expect((await lab.run([command, own.json.runId, ...beside])).json).toMatchObject({
      error: { code: 'RUN_NOT_FOUND' },
    })
  for (const where of [['--in-place'], ['--to-pool', poolId]])
    expect((await lab.run(['restore', 'latest', ...where, '--yes', ...beside])).json).toMatchObject({
      error: { code: 'USAGE', message: expect.stringContaining('has snapshots of') as string },
    })
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
