import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { createSimulatedClock } from '../../src/testing/simulated-clock.js'
import { collect } from '../../src/testing/collect.js'
import { objectStoreConformance } from '../../src/storage/object-store.conformance.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { createRetryStore } from '../../src/storage/retry/retry-store.js'
import { openS3Store, type S3StoreOptions } from '../../src/storage/s3/s3-store.js'
import { openCliLab, seedPool } from '../cli/cli-lab.js'
import { allAtOnce, AT_ONCE_TIMEOUT_MS } from './all-at-once.js'
import { throughAllCommands } from './all-commands.js'
import { isThorough, unlessThorough } from '../support/sweep.js'
import { s3ClientFor } from './s3-client.js'
import { type S3Server, type S3ServerOptions, startS3Server } from './s3-server.js'

const one = Buffer.from('one')
const two = Buffer.from('two')

const open: S3Server[] = []
afterAll(async () => {
  for (const server of open) await server.close()
})

async function start(options: S3ServerOptions = {}): Promise<S3Server> {
  const server = await startS3Server(options)
  open.push(server)
  return server
}

function storeOn(server: S3Server, options: Partial<S3StoreOptions> = {}): ObjectStore {
  return openS3Store({ client: s3ClientFor(server.url), bucket: 'bucket', prefix: '', ...options })
}

const retrying = (store: ObjectStore): ObjectStore =>
  createRetryStore(store, { clock: createSimulatedClock(), random: () => 0 })

// Pages of five, so that every listing goes over some.
let folders = 0
const plain = await start({ pageSize: 5 })
const versioned = await start({ pageSize: 5, versioning: true })
objectStoreConformance('the S3 store', () => storeOn(plain, { prefix: `vault-${++folders}/` }))
objectStoreConformance(
  'the S3 store in a bucket with versions',
  () => storeOn(versioned, { prefix: `vault-${++folders}/` }),
  { largeBytes: 1024 * 1024 },
)

describe('the S3 store', () => {
  let server: S3Server
  let store: ObjectStore
  beforeEach(async () => {
    server = await start()
    store = storeOn(server, { prefix: 'a vault/' })
  })

  it('names itself by its URL', () => {
    expect(store.url).toBe('s3://bucket/a vault')
    expect(storeOn(server).url).toBe('s3://bucket')
  })

  it('keeps below its prefix, and passes over what is no object of a vault', async () => {
    await store.putIfAbsent('a/b', one)
    for (const key of ['a vault/', 'a vault/a/', 'a vault/a b', 'a vaultx', 'a/c'])
      server.bucket.put(key, two, { ifNoneMatch: false, now: 0 })
    expect(server.bucket.find('a vault/a/b')?.bytes).toEqual(one)
    expect((await collect(store.list(''))).map(({ key }) => key)).toEqual(['a/b'])
  })

  it('tries again what met another request for the same key, and what was slowed down', async () => {
    server.refuseNext('PutObject', 409, 'ConditionalRequestConflict')
    server.refuseNext('PutObject', 503, 'SlowDown')
    server.refuseNext('ListObjectsV2', 503, 'SlowDown')
    server.refuseNext('DeleteObject', 409, 'ConditionalRequestConflict')
    expect(await retrying(store).putIfAbsent('a', one)).toBe('stored')
    expect(await collect(retrying(store).list(''))).toHaveLength(1)
    expect(await retrying(store).delete('a')).toBe(true)
  })

  it('goes by the status, whatever a server calls it', async () => {
    server.refuseNext('PutObject', 412, 'AtTheOtherEndOfTheWorld')
    expect(await store.putIfAbsent('a', one)).toBe('exists')
  })

  it('does not take bytes that were altered on their way, and reads them again', async () => {
    await store.putIfAbsent('a', one)
    server.flipNext()
    await expect(store.get('a')).rejects.toMatchObject({ code: 'STORAGE_FAILED', value: 'a' })
    server.flipNext()
    expect(Buffer.from((await retrying(store).get('a'))!)).toEqual(one)
  })

  it('sends a checksum with what it stores, and no word on encryption', async () => {
    await store.putIfAbsent('a', one)
    expect(server.bucket.find('a vault/a')?.sha256).toMatch(/^[A-Za-z0-9+/]{43}=$/)
  })

  it.each([
    ['GetObject', 403, 'AccessDenied', 'ACCESS_DENIED'],
    ['GetObject', 403, 'ExpiredToken', 'CREDENTIALS_REJECTED'],
    ['GetObject', 400, 'KMS.DisabledException', 'ACCESS_DENIED'],
    ['GetObject', 404, 'NoSuchBucket', 'VAULT_NOT_FOUND'],
    ['GetObject', 500, 'InternalError', 'STORAGE_FAILED'],
    ['GetObject', 501, 'NotImplemented', 'STORAGE_UNSUPPORTED'],
    ['HeadObject', 403, 'AccessDenied', 'ACCESS_DENIED'],
  ])('says of %s, %d %s, what it means and what to do', async (operation, status, code, expected) => {
    server.refuseNext(operation, status, code)
    const failure = operation === 'GetObject' ? store.get('a') : store.head('a')
    await expect(failure).rejects.toMatchObject({ code: expected, hint: expect.any(String) as string })
  })

  it('says in which Region the bucket is', async () => {
    const elsewhere = openS3Store({
      client: s3ClientFor(server.url, 'us-east-1'),
      bucket: 'bucket',
      prefix: '',
    })
    const hint = expect.stringContaining('--storage-region eu-west-1') as string
    await expect(elsewhere.get('a')).rejects.toMatchObject({ code: 'USAGE', hint })
    await expect(elsewhere.head('a')).rejects.toMatchObject({ code: 'USAGE', hint })
  })

  it('goes by S3’s clock where the machine’s is hours off', async () => {
    const later = await start({ checksTime: true, now: () => Date.now() + 3 * 3_600_000 })
    await expect(storeOn(later).get('a')).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
    const retried = retrying(storeOn(later))
    expect(await retried.putIfAbsent('a', one)).toBe('stored')
    expect((await retried.head('a'))!.lastModified).toBeGreaterThan(Date.now() + 2 * 3_600_000)
  })

  it('says that there is no such bucket, and that nobody answers', async () => {
    const wrong = openS3Store({ client: s3ClientFor(server.url), bucket: 'another', prefix: '' })
    await expect(wrong.get('a')).rejects.toMatchObject({ code: 'VAULT_NOT_FOUND', value: 'a' })
    await expect(collect(wrong.list(''))).rejects.toMatchObject({ code: 'VAULT_NOT_FOUND', value: 'another' })
    const nobody = openS3Store({ client: s3ClientFor('http://127.0.0.1:1'), bucket: 'bucket', prefix: '' })
    await expect(nobody.get('a')).rejects.toMatchObject({ code: 'STORAGE_FAILED' })
  })
})

describe('in a bucket with versions', () => {
  it('shows what was deleted and replaced, newest first, however it is paged', async () => {
    const server = await start({ versioning: true, pageSize: 2 })
    const store = storeOn(server, { prefix: 'v/' })
    await store.putIfAbsent('a', one)
    await store.delete('a')
    await store.putIfAbsent('a', two)
    await store.putIfAbsent('b', one)
    await store.delete('b')
    await store.putIfAbsent('c', one)
    expect((await collect(store.list(''))).map(({ key }) => key)).toEqual(['a', 'c'])

    const beneath = await collect(store.versions!.list(''))
    expect(beneath.map(({ key, isCurrent, isDeletion }) => [key, isCurrent, isDeletion])).toEqual([
      ['a', true, false],
      ['a', false, true],
      ['a', false, false],
      ['b', true, true],
      ['b', false, false],
      ['c', true, false],
    ])
    const lost = beneath.find(({ key, isDeletion }) => key === 'b' && !isDeletion)!
    expect(Buffer.from((await store.versions!.get('b', lost.version))!)).toEqual(one)
    expect(await store.versions!.get('b', 'nothing')).toBeUndefined()
  })
})

describe('with Object Lock', () => {
  const day = 86_400_000
  let time: number
  let server: S3Server
  beforeEach(async () => {
    time = Date.parse('2026-11-25T00:00:00Z')
    server = await start({ objectLock: true, now: () => time })
  })
  const locked = (days = 30, mode: 'governance' | 'compliance' = 'governance'): ObjectStore =>
    storeOn(server, { objectLock: { days, mode } })

  it('keeps what it is told to, never shorter than it was, and lets the rest go', async () => {
    const store = locked()
    const retention = store.retention!
    await store.putIfAbsent('kept', one)
    await store.putIfAbsent('lock', one)
    const until = await retention.until()
    expect(until).toBe(time + 30 * day)
    await retention.retain('kept', until)
    await retention.retain('kept', until - day)
    expect(await retention.retainedUntil('kept')).toBe(until)
    expect(await retention.retainedUntil('lock')).toBeUndefined()
    expect(await retention.retainedUntil('nothing')).toBeUndefined()

    await expect(store.delete('kept')).rejects.toMatchObject({ code: 'RETAINED', value: 'kept' })
    expect(Buffer.from((await store.get('kept'))!)).toEqual(one)
    expect(await store.delete('lock')).toBe(true)

    expect(await retention.putRetained('kept', two, until)).toBe('exists')
    expect(await retrying(store).retention!.putRetained('from-the-first', two, until)).toBe('stored')
    expect(await retention.retainedUntil('from-the-first')).toBe(until)

    await retention.retain('kept', until + day)
    time = until + day
    expect(await store.delete('kept')).toBe(true)
  })

  it('extends the mode that an object has', async () => {
    await locked().putIfAbsent('a', one)
    const until = time + day
    await locked(1, 'compliance').retention!.retain('a', until)
    await locked(1, 'governance').retention!.retain('a', until + day)
    expect(server.bucket.find('a')).toMatchObject({ mode: 'COMPLIANCE', until: until + day })
  })

  it('says what a bucket without it lacks, and which object is not there', async () => {
    const store = storeOn(await start(), { objectLock: { days: 1, mode: 'governance' } })
    await store.putIfAbsent('a', one)
    await expect(store.retention!.retain('a', Date.now() + day)).rejects.toMatchObject({
      code: 'STORAGE_UNSUPPORTED',
    })
    await expect(store.retention!.putRetained('b', one, Date.now() + day)).rejects.toMatchObject({
      code: 'STORAGE_UNSUPPORTED',
    })
    await expect(locked().retention!.retain('b', time + day)).rejects.toMatchObject({ code: 'VAULT_DAMAGED' })
  })

  it('does not take what it may not see for unlocked', async () => {
    const blind = await start({
      objectLock: true,
      denies: ({ operation }) => operation === 'GetObjectRetention',
    })
    const { retention } = storeOn(blind, { objectLock: { days: 1, mode: 'governance' } })
    await retention!.putRetained('a', one, Date.now() + day)
    await expect(retention!.retainedUntil('a')).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      hint: expect.stringContaining('s3:GetObjectRetention') as string,
    })
    expect(await retention!.retainedUntil('nothing')).toBeUndefined()
  })

  it('is used by a store only that was opened so', () => {
    expect(storeOn(server).retention).toBeUndefined()
  })
})

describe('a vault in S3 from the command line', () => {
  const environment = (server: S3Server): Record<string, string> => ({
    COGNITO_VAULT: 's3://bucket/vaults/shop',
    COGNITO_VAULT_STORAGE_ENDPOINT_URL: server.url,
    AWS_REGION: 'eu-west-1',
  })

  it('is made, backed up to, verified and restored from by who may put, get and list, and nothing else', async () => {
    const allowed = ['PutObject', 'GetObject', 'HeadObject', 'ListObjectsV2']
    const server = await start({ denies: ({ operation }) => !allowed.includes(operation) })
    await throughAllCommands(environment(server))
    expect([...new Set(server.requests.map(({ operation }) => operation))].toSorted()).toEqual(
      allowed.toSorted(),
    )
    expect(server.bucket.current('').every(({ key }) => key.startsWith('vaults/shop/'))).toBe(true)
  })

  it.runIf(isThorough)(
    `shows nothing half-way, and loses nothing, while two backups, a restore and a prune are under way${unlessThorough}`,
    { timeout: AT_ONCE_TIMEOUT_MS },
    async () => {
      let ahead = 0
      const server = await start({ now: () => Date.now() + ahead })
      await allAtOnce(
        () => environment(server),
        () => {
          ahead = 25 * 3_600_000
          return Promise.resolve()
        },
      )
    },
  )

  it('locks what a snapshot consists of, what earlier ones stored included, and nothing else', async () => {
    const day = 86_400_000
    let time = Date.now()
    const server = await start({ objectLock: true, now: () => time })
    const env = { ...environment(server), COGNITO_VAULT_OBJECT_LOCK_DAYS: '30' }
    const lab = await openCliLab()
    const poolId = seedPool(lab.simulator)
    const run = async (...argv: string[]): Promise<number> => (await lab.run(argv, { env })).code
    const locked = (): Map<string, number | undefined> =>
      new Map(server.bucket.current('vaults/shop/').map(({ key, until }) => [key.slice(12), until]))

    expect(await run('init', '--no-encryption')).toBe(0)
    expect(await run('backup', '--pool', poolId)).toBe(0)
    time += day
    expect(await run('backup', '--pool', poolId)).toBe(0)

    const ends = [...locked()].map(([key, until]) => [
      key
        .replace(/^pools.[^/]+/, 'pool')
        .split('/')
        .slice(0, 2)
        .join('/'),
      until === undefined ? undefined : Math.round((until - time) / day),
    ])
    const of = (start: string): unknown[] => [
      ...new Set(ends.filter(([key]) => String(key).startsWith(start)).map(([, end]) => end)),
    ]
    expect(of('pool/segments')).toEqual([30])
    expect(of('pool/snapshots')).toEqual([29, 30])
    expect(of('leases')).toEqual([undefined])
    expect(of('vault.json')).toEqual([undefined])
    expect(await run('verify')).toBe(0)

    const segment = server.bucket.current('vaults/shop/pools').find(({ key }) => key.includes('/segments/'))!
    segment.until = time + 2 * day
    const short = await lab.run(['verify'], { env })
    expect([short.code, short.stdout]).toEqual([
      1,
      expect.stringMatching(/^Whole: [^]*shorter time than promised: 1 object; nothing is lost\n/),
    ])

    // A snapshot of somebody who forgot the option, in a vault that locks.
    expect((await lab.run(['backup', '--pool', poolId], { env: environment(server) })).code).toBe(0)
    expect(await run('verify')).toBe(1)
    const seen = await lab.run(['repair', '--dry-run', '--json'], { env })
    expect(seen.code).toBe(1)
    expect(JSON.parse(seen.stdout)).toMatchObject({ error: { code: 'LOCKED_TOO_SHORT' } })
    expect(await run('repair', '--yes')).toBe(0)
    expect(await run('verify')).toBe(0)
    await lab.close()
  })
})
