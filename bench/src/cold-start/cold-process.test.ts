import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { systemClock } from 'cognito-vault'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { callToTheEnd, type ColdCall, startCold } from './cold-process.js'
import { type StandInAws, startStandInAws } from './stand-in-aws.js'

/** Handlers that ask as the SDK does, and nothing else. */
const BUNDLE = `
const ask = (path, headers, method = 'GET', body) => fetch(process.env.AWS + path, { method, headers, body })
const s3 = { authorization: 'AWS4-HMAC-SHA256 Credential=A/20260101/eu-west-1/s3/aws4_request' }
export async function asks(event) {
  await ask('/bucket/' + event.key, s3)
  await ask('/', { 'x-amz-target': 'AWSCognitoIdentityProviderService.DescribeUserPool' }, 'POST', '{}')
}
export async function stores({ key, bytes }) {
  const statuses = []
  for (const method of ['PUT', 'PUT', 'HEAD']) statuses.push((await ask('/bucket/' + key, s3, method, method === 'PUT' ? bytes : undefined)).status)
  return { statuses, listing: await (await ask('/bucket/?list-type=2&prefix=a/', s3)).text() }
}
export async function throws() { throw new Error('it broke') }
`

let folder: string
let aws: StandInAws
let bundle: string
const signal = new AbortController().signal
const world = (): Parameters<typeof startCold>[2] => ({ aws, clock: systemClock, signal })
const callOf = (handler: string, event: object = {}): ColdCall => ({
  bundle,
  handler,
  event,
  env: { AWS: aws.url },
})

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cold-process-'))
  bundle = pathToFileURL(join(folder, 'index.mjs')).href
  await writeFile(join(folder, 'index.mjs'), BUNDLE)
  aws = await startStandInAws(() => Date.parse('2026-01-01T00:00:00Z'))
})
afterEach(async () => {
  await aws.close()
  await rm(folder, { recursive: true })
})

it('says when each service was asked first, and what the process had used', async () => {
  const start = await startCold(callOf('asks', { key: 'vault.json' }), 'Cognito', world())
  expect([...start.arrivals.keys()]).toEqual(['S3', 'Cognito'])
  expect(start.arrivals.get('S3')).toBeGreaterThan(0)
  expect(start.arrivals.get('Cognito')).toBeGreaterThanOrEqual(start.arrivals.get('S3')!)
  expect(start.residentBytes).toBeGreaterThan(1_000_000)
  expect(start.cpuMs).toBeGreaterThan(0)
})

it('measures nothing of a function that ends without asking, or throws, and says why', async () => {
  await expect(startCold(callOf('throws'), 'any', world())).rejects.toThrow(/throws ended.*it broke/s)
  await expect(startCold(callOf('stores', { key: 'a/b' }), 'Cognito', world())).rejects.toThrow(
    /stores ended before/,
  )
})

it('keeps what a function stores, once, and lists it', async () => {
  const answer = await callToTheEnd(callOf('stores', { key: 'a/b', bytes: 'x' }), world())
  expect(answer).toMatchObject({ statuses: [200, 412, 200] })
  expect((answer as { listing: string }).listing).toContain('<Key>a/b</Key><Size>1</Size>')
  expect([...aws.objects.keys()]).toEqual(['a/b'])
})
