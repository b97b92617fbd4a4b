import { chmod, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createKmsKeyService } from '../../src/kms/kms-key-service.js'
import { openFsStore } from '../../src/storage/fs/fs-store.js'
import { newPassphrase } from '../../src/testing/test-keys.js'
import { initVault } from '../../src/vault/vault.js'
import { type KmsServer, startKms } from '../support/kms-server.js'
import { type CliLab, onlySnapshot, openCliLab, secretsTold, seedPool } from './cli-lab.js'

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd'
const PASSPHRASE = 'correct horse battery staple'
const ANOTHER = 'another one'

let lab: CliLab
let kms: KmsServer
let poolId: string
/** Files with the passphrases. */
let first: string
let second: string

beforeAll(async () => {
  lab = await openCliLab()
  kms = await startKms()
  kms.keys.set(KEY, 'Enabled')
  poolId = seedPool(lab.simulator)
  first = join(lab.folder, 'first')
  second = join(lab.folder, 'second')
  await writeFile(first, `${PASSPHRASE}\n`, { mode: 0o600 })
  await writeFile(second, ANOTHER, { mode: 0o600 })
  withKms.env['AWS_ENDPOINT_URL_KMS'] = kms.url
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' }
  // As init makes it, but for what a guess of the passphrase costs.
  const keys = { ...newPassphrase(PASSPHRASE), kmsKeys: [KEY] }
  const keyService = createKmsKeyService({ endpoint: kms.url, credentials })
  await initVault(openFsStore(join(lab.folder, 'vault')), Date.now(), Math.random, { ...keys, keyService })
})

afterAll(async () => {
  const told = [
    ...secretsTold(lab),
    ...[PASSPHRASE, ANOTHER].filter((text) => lab.output.join('\n').includes(text)),
  ]
  await kms.close()
  await lab.close()
  expect(told).toEqual([])
})

const withKms = { env: {} as Record<string, string> }
const withPassphrase = { env: { COGNITO_VAULT_PASSPHRASE: PASSPHRASE } }

describe('an encrypted vault', () => {
  it('is made with what was asked for, which has to be something, and nothing that contradicts it', async () => {
    const other = ['--vault', join(lab.folder, 'other')]
    const none = await lab.run(['init', ...other])
    expect(none.code).toBe(2)
    for (const name of ['--kms-key', '--passphrase-file', '--no-encryption'])
      expect(none.stderr).toContain(name)
    const both = await lab.run(['init', '--no-encryption', '--passphrase-file', first, ...other])
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('contradicts')])
    await writeFile(join(lab.folder, 'empty'), '\n')
    for (const file of ['empty', 'not-there'])
      expect((await lab.run(['init', '--passphrase-file', join(lab.folder, file), ...other])).code).toBe(2)
    const made = await lab.run(
      ['init', '--passphrase-file', first, '--kms-key', KEY, '--json', ...other],
      withKms,
    )
    expect(made.json).toMatchObject({ encryption: 'aws-encryption-sdk' })
    expect(made.code).toBe(0)
    expect((await lab.run(['snapshots', '--passphrase-file', first, ...other])).code).toBe(0)
  })

  it('tells of a passphrase that others can read, and of none that they cannot', async () => {
    expect((await lab.run(['snapshots', '--passphrase-file', first])).stderr).toBe('')
    await chmod(first, 0o644)
    const told = await lab.run(['snapshots', '--passphrase-file', first])
    expect([told.code, told.stderr]).toEqual([0, expect.stringContaining('chmod 600')])
    await chmod(first, 0o600)
  })

  it('is backed up into, restored from, taken back and verified with a passphrase or with KMS', async () => {
    const users = lab.simulator.inspect.userCount(poolId)
    const isThere = (): boolean => lab.simulator.inspect.userCount(poolId) === users
    const taken = await lab.run(['backup', '--pool', poolId, '--json'], withPassphrase)
    const id = onlySnapshot(taken.json)
    lab.simulator.seed.deleteUser(poolId, 'alice')
    const restored = await lab.run(['restore', id, '--in-place', '--yes', '--json'], withKms)
    expect([restored.code, isThere()]).toEqual([0, true])
    const undone = await lab.run(['undo', restored.json.runId, '--yes', '--passphrase-file', first])
    expect([undone.code, isThere()]).toEqual([0, false])
    const verified = await lab.run(['verify', '--expect', id, '--json'], withKms)
    expect(verified.json).toMatchObject({ ok: true, runs: 2, damage: [] })
    expect(verified.code).toBe(0)
  })

  it('is opened by no other passphrase, and not with a key that the caller may not use', async () => {
    const wrong = await lab.run(['snapshots', '--passphrase-file', second, '--json'])
    expect([wrong.code, wrong.json.error.code]).toEqual([12, 'WRONG_KEY'])
    kms.keys.set(KEY, 'Denied')
    const denied = await lab.run(['snapshots', '--json'], withKms)
    expect([denied.code, denied.json.error.code]).toEqual([13, 'ACCESS_DENIED'])
    kms.keys.set(KEY, 'Enabled')
  })

  it('is told from one in the clear that was put in its place', async () => {
    const description = join(lab.folder, 'vault', 'vault.json')
    const own = await readFile(description)
    await lab.run(['init', '--no-encryption', '--vault', join(lab.folder, 'plain')])
    await rm(description)
    await writeFile(description, await readFile(join(lab.folder, 'plain', 'vault.json')))
    const given = await lab.run(['snapshots', '--passphrase-file', first, '--json'])
    expect([given.code, given.json.error.code]).toEqual([12, 'VAULT_NOT_ENCRYPTED'])
    expect((await lab.run(['verify'])).code).toBe(4)
    const expected = await lab.run(['snapshots'], { env: { COGNITO_VAULT_KMS_KEY: KEY } })
    expect(expected.code).toBe(12)
    await writeFile(description, own)
  })

  it('that was rolled back as a whole is told by a snapshot that is known from elsewhere', async () => {
    const gone = '20991231T000000.000Z-00000000'
    for (const command of [
      ['verify'],
      ['snapshots'],
      ['restore', 'latest', '--to-new-pool', 'anew', '--dry-run'],
    ]) {
      const found = await lab.run([...command, '--expect', gone, '--json'], withKms)
      expect([found.code, found.json.error.code]).toEqual([4, 'VAULT_ROLLED_BACK'])
      expect(found.stdout).toContain(gone)
    }
  })

  it('gets another passphrase by adding it and removing the old one', async () => {
    const added = await lab.run(['key', 'add', '--new-passphrase-file', second, '--passphrase-file', first])
    expect([added.code, added.stdout]).toEqual([
      0,
      expect.stringMatching(/^Added key slot [0-9a-f]{16}: passphrase\n$/),
    ])
    const list = await lab.run(['key', 'list', '--json'])
    const { slots } = list.json as unknown as { slots: { slot: string; kind: string; keyArn?: string }[] }
    expect(slots.map(({ kind }) => kind).sort()).toEqual(['kms', 'passphrase', 'passphrase'])
    expect((await lab.run(['key', 'list'])).stdout).toContain(KEY)
    const fresh = /slot ([0-9a-f]{16})/.exec(added.stdout)![1]!
    const old = slots.find(({ slot, kind }) => kind === 'passphrase' && slot !== fresh)!.slot
    expect((await lab.run(['key', 'remove', old, '--passphrase-file', second])).code).toBe(0)
    const own = slots.find(({ kind }) => kind === 'kms')!.slot
    const itself = await lab.run(['key', 'remove', own, '--json'], withKms)
    expect([itself.code, itself.json.error.code]).toEqual([1, 'SLOT_NEEDED'])
    const missing = await lab.run(['key', 'remove', old], withKms)
    expect([missing.code, missing.stderr]).toEqual([10, expect.stringContaining('key list')])
    expect((await lab.run(['key', 'list', '--vault', join(lab.folder, 'plain')])).code).toBe(12)
  })
})
