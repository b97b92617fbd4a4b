import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CodedError } from '../model/errors.js'
import { createSimulatedClock } from '../testing/simulated-clock.js'
import { openFsStore } from './fs/fs-store.js'
import { openStore } from './open-store.js'

const dependencies = { clock: createSimulatedClock(), random: () => 0 }
const open = (url: string): ReturnType<typeof openStore> => openStore(url, dependencies)

describe('a vault’s address', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vault-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it.each([
    ['a file URL', (path: string) => pathToFileURL(path).href],
    [
      'a file URL for this host',
      (path: string) => pathToFileURL(path).href.replace('file://', 'FILE://localhost'),
    ],
    ['an absolute path', (path: string) => path],
    ['a relative path', (path: string) => relative('.', path)],
  ])('may be %s', async (_, address) => {
    const path = join(folder, 'my vault', '100% sûr?#1')
    const store = open(address(path))
    expect(store.url).toBe(pathToFileURL(path).href)
    await store.putIfAbsent('vault.json', Buffer.from('{}'))
    expect((await openFsStore(path).head('vault.json'))?.size).toBe(2)
  })

  it('is taken as it is where it is a path', () => {
    expect(open('a%20b').url).toBe(pathToFileURL(resolve('a%20b')).href)
    expect(open('./s3:/x').url).toBe(pathToFileURL(resolve('s3:/x')).href)
  })

  it.each([
    ['s3://bucket', 's3://bucket'],
    ['s3://my.bucket-1/', 's3://my.bucket-1'],
    ['S3://bucket/a vault/of 100%', 's3://bucket/a vault/of 100%'],
    ['s3://bucket/vault/', 's3://bucket/vault'],
    ['dynamodb://My_table.1', 'dynamodb://My_table.1'],
  ])('may be %s, and asks nobody before it is used', async (address, url) => {
    const connect = (): never => {
      throw new CodedError('USAGE', 'connecting')
    }
    const store = openStore(address, { ...dependencies, s3: { connect }, dynamodb: { connect } })
    expect(store.url).toBe(url)
    expect(store.retention).toBeUndefined()
    await expect(store.get('a')).rejects.toMatchObject({ message: 'connecting' })
  })

  it.each([
    ['s3:/bucket', 's3://'],
    ['s3:bucket', 's3://'],
    ['s3://', 's3://'],
    ['s3://Bucket', 's3://'],
    ['s3://bucket//a', 's3://'],
    ['s3://bucket/a/../b', 's3://'],
    ['s3://bucket/a\nb', 's3://'],
    ['s3://us er@bucket', 's3://'],
    ['dynamodb://', 'dynamodb://'],
    ['dynamodb://t', 'dynamodb://'],
    ['dynamodb://table/prefix', 'dynamodb://'],
  ])('is refused as %j', (url, value) => {
    expect(() => open(url)).toThrow(expect.objectContaining({ code: 'USAGE', value }))
  })

  it.each(['s3://bucket', 'dynamodb://table'])('needs something to reach %s with', (url) => {
    expect(() => open(url)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it.each([
    ['', ''],
    ['a\0b', ''],
    ['https://example.com/vault', 'https://'],
    ['file://host/share', 'file://'],
    ['file:vault', 'file://'],
    ['file:/vault', 'file://'],
    ['file:///a?b', 'file://'],
    ['file:///a#b', 'file://'],
    ['file:///a%2Fb', 'file://'],
    ['file:///a%00b', 'file://'],
    ['file:///a%zz', 'file://'],
  ])('is refused as %j', (url, value) => {
    expect(() => open(url)).toThrow(
      expect.objectContaining({ code: 'USAGE', value, hint: expect.any(String) as string }),
    )
  })

  it.each(['s3', 'dynamodb', 'https', 'file', 'postgres'])(
    'is not repeated in the refusal of %s://, for its credentials',
    (scheme) => {
      let refusal: unknown
      try {
        open(`${scheme}://user:s3cr3t@host/path`)
      } catch (error) {
        refusal = error
      }
      expect(refusal).toMatchObject({ code: 'USAGE' })
      expect((refusal as Error).cause).toBeUndefined()
      expect(JSON.stringify([refusal, (refusal as Error).message, (refusal as Error).stack])).not.toContain(
        's3cr3t',
      )
    },
  )
})
