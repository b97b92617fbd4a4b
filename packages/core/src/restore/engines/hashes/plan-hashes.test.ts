import { tmpdir } from 'node:os'
import { expect, it } from 'vitest'
import { collect } from '../../../testing/collect.js'
import { streamOf } from '../../../testing/user-views.js'
import type { Step, StepEngine } from '../../step.js'
import { type HashUse, planHashes } from './plan-hashes.js'
import { readHashes } from './read-hashes.js'

const HASH = `$2b$10$${'a'.repeat(53)}`
const imported: StepEngine = {
  kind: 'import',
  status: 'RESET_REQUIRED',
  ifImported: [{ code: 'reset-required-by-import' }],
  ifCalled: [{ code: 'password-unknown' }],
}

const step = (id: string, Username: string, engine?: StepEngine): Step => ({
  phase: 'import',
  subject: { kind: 'user', id },
  operations: [{ operation: 'AdminCreateUser', input: { Username } }],
  notes: [{ code: 'new-account' }],
  ...(engine === undefined ? {} : { engine }),
})

const file = (...lines: object[]): { bytes: () => AsyncGenerator<Uint8Array> } => ({
  bytes: () => streamOf(...lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`))),
})

async function planned(steps: readonly Step[], ...lines: object[]): Promise<{ steps: Step[]; use: HashUse }> {
  const hashes = await readHashes(file(...lines), tmpdir(), ({ algorithm }) => algorithm)
  const use = { users: 0 }
  return { steps: await collect(planHashes(streamOf(...steps), hashes, tmpdir(), use)), use }
}

it('a hash is its user’s by the old sub, or else by what the user signs in with', async () => {
  const group: Step = { phase: 'group', subject: { kind: 'group', id: 'g' }, operations: [], notes: [] }
  const { steps, use } = await planned(
    [step('sub-2', 'bob', imported), group, step('sub-1', 'ann', imported), step('sub-3', 'cid', imported)],
    { username: 'bob', algorithm: 'BCRYPT', hash: HASH },
    { sub: 'sub-1', algorithm: 'BCRYPT', hash: HASH },
    { username: 'nobody', algorithm: 'BCRYPT', hash: HASH },
  )
  const hashed = {
    kind: 'import',
    algorithm: 'BCRYPT',
    status: 'CONFIRMED',
    ifImported: [{ code: 'password-from-hash' }],
    ifCalled: [{ code: 'password-unknown' }, { code: 'hash-unused' }],
  }
  expect(steps).toEqual([
    group,
    { ...step('sub-1', 'ann'), engine: hashed },
    { ...step('sub-2', 'bob'), engine: hashed },
    step('sub-3', 'cid', imported),
  ])
  expect(use.users).toBe(2)
  expect(JSON.stringify(steps)).not.toContain('$2b$')
})

it('whoever is made by a call is told that the hash is of no use', async () => {
  const { steps, use } = await planned([step('sub-1', 'ann', { kind: 'api', why: 'disabled' })], {
    sub: 'sub-1',
    algorithm: 'BCRYPT',
    hash: HASH,
  })
  expect(steps[0]!.notes).toEqual([{ code: 'new-account' }, { code: 'hash-unused' }])
  expect(use.users).toBe(0)
})

it('whoever is made by a call for the sake of a second factor is imported where there is a hash', async () => {
  const byCall: Step = {
    ...step('sub-1', 'ann', { kind: 'api', why: 'second-factor', ifHashed: imported }),
    phase: 'users',
    notes: [{ code: 'new-account' }, { code: 'password-unknown' }],
  }
  const { steps, use } = await planned([byCall], { sub: 'sub-1', algorithm: 'BCRYPT', hash: HASH })
  expect(steps[0]).toMatchObject({ phase: 'import', engine: { kind: 'import', status: 'CONFIRMED' } })
  expect(steps[0]!.notes).toEqual([{ code: 'new-account' }])
  expect(use.users).toBe(1)
  expect((await planned([byCall])).steps).toEqual([byCall])
})

it('lines may be cut anywhere in what is read, the last may lack its end, and empty ones are passed over', async () => {
  const text = `{"username":"zoë","algorithm":"BCRYPT","hash":"${HASH}"}\n\r\n{"sub":"s","algorithm":"BCRYPT","hash":"${HASH}"}`
  const bytes = Buffer.from(text)
  const whole = await readHashes({ bytes: () => streamOf(bytes) }, tmpdir(), ({ hash }) => hash)
  const single = [...bytes].map((byte) => Uint8Array.of(byte))
  const cut = await readHashes({ bytes: () => streamOf(...single) }, tmpdir(), ({ hash }) => hash)
  expect(cut.sha256).toBe(whole.sha256)
  expect(cut.lines).toBe(2)
  expect((await collect(cut.byUsername.sorted())).map(({ key, line }) => [key, line])).toEqual([
    ['zoë', HASH],
  ])
  await Promise.all([cut.clear(), whole.clear()])
})
