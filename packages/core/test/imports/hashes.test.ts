import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { restore, resume } from '../../src/actions/restore.js'
import type { HashSource } from '../../src/restore/engines/hashes/read-hashes.js'
import { streamOf } from '../../src/testing/user-views.js'
import { dyingAtOperation } from '../support/dying-process.js'
import { approvedRun, diesWhileRestoring, yes } from '../support/run-to-end.js'
import { importable, type ImportLab, jobsOf, openImportLab, peopleOf, small } from './import-lab.js'

let lab: ImportLab
let hashes: HashSource

const bcrypt = (letter: string): string => `$2b$10$${letter.repeat(53)}`
const ARGON = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA'

const source = (...lines: object[]): HashSource => ({
  bytes: () => streamOf(...lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))),
})

beforeEach(async () => {
  lab = await openImportLab(({ simulator: { seed } }, pool) => {
    const names = ['ann', 'bob', 'cid', 'dan', 'eve', 'fay']
    seed.users(
      pool,
      names.map((name) => importable(name)),
    )
    seed.users(pool, [{ ...importable('off'), enabled: false }])
  })
  hashes = source(
    { username: 'ann', algorithm: 'BCRYPT', hash: bcrypt('a') },
    { sub: lab.simulator.inspect.user(lab.pool, 'bob').sub, algorithm: 'BCRYPT', hash: bcrypt('b') },
    { username: 'cid', algorithm: 'ARGON2ID', hash: ARGON },
    { username: 'off', algorithm: 'BCRYPT', hash: bcrypt('o') },
    { username: 'nobody', algorithm: 'BCRYPT', hash: bcrypt('n') },
  )
})
afterEach(() => lab.close())

/** Everything that the vault holds, as it lies there and unpacked. */
async function vaultText(): Promise<string> {
  const parts: string[] = []
  for await (const { key } of lab.store.list('')) {
    const bytes = Buffer.from((await lab.store.get(key))!)
    parts.push((bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8'))
  }
  return parts.join('\n')
}

const hashOf = (pool: string, username: string): unknown =>
  lab.simulator.inspect.user(pool, username).passwordHash

it('users are imported with the hashes of their passwords, a job an algorithm, and no vault has the hashes', async () => {
  const result = (await restore(small(lab, { hashes }), lab.request, yes))!
  expect(result).toMatchObject({ imported: 6, mau: 1, failed: [] })
  expect(jobsOf(lab, result.poolId).map(({ status }) => status)).toEqual(Array(3).fill('Succeeded'))
  const people = peopleOf(lab, result.poolId) as Record<string, { status: string }>
  const statuses = Object.fromEntries(Object.entries(people).map(([name, { status }]) => [name, status]))
  expect(statuses).toEqual({
    ann: 'CONFIRMED',
    bob: 'CONFIRMED',
    cid: 'CONFIRMED',
    dan: 'RESET_REQUIRED',
    eve: 'RESET_REQUIRED',
    fay: 'RESET_REQUIRED',
    off: 'CONFIRMED',
  })
  expect(['ann', 'bob', 'cid', 'dan'].map((name) => hashOf(result.poolId, name))).toEqual([
    bcrypt('a'),
    bcrypt('b'),
    ARGON,
    undefined,
  ])
  expect(result.notes).toMatchObject({
    'password-from-hash': 3,
    'reset-required-by-import': 3,
    'hash-unused': 1,
  })
  expect(await vaultText()).not.toMatch(/\$2b\$|\$argon2id\$/)
  expect(JSON.stringify(lab.events)).not.toMatch(/\$2b\$|\$argon2id\$/)
  expect(lab.simulator.ledger.messages.all()).toEqual([])
})

it('a run that stopped needs the same hashes again, and comes to the same end', async () => {
  const process = dyingAtOperation('StartUserImportJob', 'before its answer')
  const mortal = small(lab, { hashes, store: process.wrapStore(lab.store), wrap: process.wrapApi })
  expect(await diesWhileRestoring(mortal, lab.request)).toBe(true)
  lab.passTime(120_000)
  const runId = (await approvedRun(lab.store))!
  await expect(resume(small(lab), runId)).rejects.toMatchObject({
    code: 'HASHES_NEEDED',
    hint: expect.stringContaining(`resume ${runId} --hashes FILE`) as string,
  })
  const others = source({ username: 'ann', algorithm: 'BCRYPT', hash: bcrypt('x') })
  await expect(resume(small(lab, { hashes: others }), runId)).rejects.toMatchObject({ code: 'HASHES_NEEDED' })
  const result = await resume(small(lab, { hashes }), runId)
  expect(result).toMatchObject({ imported: 6, mau: 1, failed: [] })
  expect(hashOf(result.poolId, 'ann')).toBe(bcrypt('a'))
})

it('who has a hash is not made without it unless that is asked for', async () => {
  lab.simulator.faults.add({
    operation: 'CreateUserImportJob',
    kind: 'error',
    code: 'InvalidParameterException',
  })
  const stopped = restore(small(lab, { hashes }), lab.request, yes)
  await expect(stopped).rejects.toMatchObject({ code: 'COGNITO_FAILED' })
  const runId = (await approvedRun(lab.store))!
  const result = await resume(small(lab), runId, { noImports: true })
  expect(result).toMatchObject({ imported: 0, mau: 7, failed: [], notes: { 'hash-unused': 4 } })
})

it('hashes without a role are refused, and so is a line that is none, by its number', async () => {
  const withoutRole = { ...lab.request, engine: { kind: 'auto' } } as const
  await expect(restore(small(lab, { hashes }), withoutRole, yes)).rejects.toMatchObject({ code: 'USAGE' })
  const bad = source({ username: 'ann', algorithm: 'BCRYPT', hash: bcrypt('a') }, { username: 'bob' })
  await expect(restore(small(lab, { hashes: bad }), lab.request, yes)).rejects.toMatchObject({
    code: 'USAGE',
    value: 'line 2',
  })
})
