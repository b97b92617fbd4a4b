import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openFsStore } from '../../src/storage/fs/fs-store.js'
import { collect } from '../../src/testing/collect.js'
import { makeSmallVault } from '../../src/testing/small-vault.js'
import { newPassphrase, withPassphrase } from '../../src/testing/test-keys.js'
import { addErasure } from '../../src/vault/erasures.js'
import { withKeys } from '../../src/vault/keyed-store.js'
import { unlock } from '../../src/vault/unlock.js'

/** The environment variable that names a Python that has aws-encryption-sdk and argon2-cffi; `.ci/run` makes one and sets it. */
const PYTHON = 'COGNITO_VAULT_PYTHON'
const python = process.env[PYTHON]
const script = fileURLToPath(new URL('../../scripts/read-encrypted.py', import.meta.url))

describe('AWS’s Encryption SDK for Python', () => {
  if (python === undefined) {
    it.skip(`${PYTHON} does not name a Python with aws-encryption-sdk`)
    return
  }
  let folder: string

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'other-sdk-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it('reads every object of an encrypted vault as this program does, with a passphrase or with the data key', async () => {
    const place = join(folder, 'vault')
    const store = openFsStore(place)
    const small = await makeSmallVault(store, newPassphrase('open sesame'))
    await small.take({ id: 'day-1', day: 1 })
    const keyed = withKeys(store, withPassphrase('open sesame'))
    await addErasure(keyed, [['email', 'a@example.com']], 0, () => Buffer.alloc(32, 1))
    await writeFile(join(folder, 'passphrase'), 'open sesame\n')
    const { opened } = await unlock(store, withPassphrase('open sesame'))
    await writeFile(join(folder, 'data-key'), opened!.secret)

    const objects = (await collect(store.list(''))).map(({ key }) => key)
    const encrypted = objects.filter((key) => /^(erasures|pools\/[^/]+\/segments)\//.test(key))
    const lines = await Promise.all(
      encrypted.map(async (key) => {
        const content = createHash('sha256')
          .update((await keyed.get(key))!)
          .digest('hex')
        return `${key} ${content}\n`
      }),
    )
    for (const how of [
      ['--passphrase-file', join(folder, 'passphrase')],
      ['--data-key', join(folder, 'data-key')],
    ]) {
      const { stdout } = await promisify(execFile)(python, [script, '--vault', place, ...how, '--all'])
      expect(stdout).toBe(lines.sort().join(''))
    }
  })
})
