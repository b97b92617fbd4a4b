import { expect, it } from 'vitest'
import { systemClock } from '../../model/system-clock.js'
import { createMemoryStore } from '../../storage/memory/memory-store.js'
import { s3Error } from '../../storage/s3/s3-errors.js'
import { openVault } from '../../vault/vault.js'
import { isNoVaultYet } from './no-vault-yet.js'

it('takes a store without a vault for one that has none yet', async () => {
  const error: unknown = await openVault(createMemoryStore(systemClock, 'memory:')).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'VAULT_NOT_FOUND' })
  expect(isNoVaultYet(error)).toBe(true)
})

it('takes a bucket that is gone for a vault that is lost', () => {
  const answered = Object.assign(new Error('gone'), {
    name: 'NoSuchBucket',
    $metadata: { httpStatusCode: 404 },
  })
  const error = s3Error(answered, 'GetObject', 'vault.json', 'bucket')
  expect(error).toMatchObject({ code: 'VAULT_NOT_FOUND' })
  expect(isNoVaultYet(error)).toBe(false)
})
