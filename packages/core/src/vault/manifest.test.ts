import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type JsonObject } from '../model/canonical.js'
import { plainCipher } from './cipher.js'
import { decodeManifest, encodeManifest, type Manifest } from './manifest.js'

const id = 'ab'.repeat(32)
const stream = { root: id, records: 3, digest: id }
const key = 'pools/eu-west-1_A/snapshots/one.json'
const manifest: Manifest = {
  format: 1,
  features: [],
  vault: 'the vault',
  snapshot: 'one',
  pool: { id: 'eu-west-1_A', name: 'Zoë’s', region: 'eu-west-1' },
  window: { from: '2026-11-23T00:00:00.000Z', to: '2026-11-23T00:00:01.000Z' },
  complete: false,
  missing: [{ resource: 'clients', operation: 'ListUserPoolClients', reason: 'access denied' }],
  takenFor: 'backup',
  notApplicable: [],
  counts: { users: 3 },
  streams: { resources: stream, users: stream, memberships: stream },
  capture: { requests: { ListUsers: 1 }, mau: 0, estimatedUsers: 3, listing: 'shards', program: 'test' },
}
const vault = { id: 'the vault', cipher: plainCipher }
const damaged = expect.objectContaining({ code: 'VAULT_DAMAGED', value: key }) as Error

/** The manifest as another program could have written it. */
function encodeOther(change: Record<string, unknown>): Uint8Array {
  const other = JSON.parse(JSON.stringify({ ...manifest, ...change })) as JsonObject
  const digest = createHash('sha256').update(canonicalJson(other)).digest('hex')
  return Buffer.from(`${JSON.stringify({ digest, manifest: other }, null, 1)}\n`)
}

describe('a manifest', () => {
  it('reads back as it was written', () => {
    expect(decodeManifest(encodeManifest(manifest, plainCipher), key, vault)).toEqual(manifest)
  })

  it('keeps a digest of its own, so that altering any byte, white space included, shows', () => {
    const bytes = encodeManifest(manifest, plainCipher)
    for (let at = 0; at < bytes.length; at++) {
      for (const mask of [1, 4, 0x20]) {
        const altered = Uint8Array.from(bytes)
        altered[at]! ^= mask
        expect(() => decodeManifest(altered, key, vault), `byte ${at}`).toThrow(damaged)
      }
      expect(() => decodeManifest(bytes.subarray(0, at), key, vault)).toThrow(damaged)
    }
    expect(() => decodeManifest(Buffer.concat([bytes, Buffer.from('\n')]), key, vault)).toThrow(damaged)
  })

  it('is refused with a member altered and written anew without a new digest', () => {
    const text = Buffer.from(encodeManifest(manifest, plainCipher)).toString('utf8')
    const forged = text.replace('"complete": false', '"complete": true')
    expect(forged).not.toBe(text)
    expect(() => decodeManifest(Buffer.from(forged), key, vault)).toThrow(damaged)
  })

  it.each([
    ['another name', 'pools/eu-west-1_A/snapshots/two.json', 'the vault'],
    ['another pool', 'pools/eu-west-1_B/snapshots/one.json', 'the vault'],
    ['a pool whose name ends alike', 'pools/xeu-west-1_A/snapshots/one.json', 'the vault'],
    ['another vault', key, 'another vault'],
  ])('is refused under %s', (_, place, id) => {
    expect(() => decodeManifest(encodeManifest(manifest, plainCipher), place, { ...vault, id })).toThrow(
      expect.objectContaining({ code: 'VAULT_DAMAGED', value: place }),
    )
  })

  it.each([
    ['a newer format', { format: 2 }],
    ['a feature that nobody knows', { features: ['encryption'] }],
    ['a feature that is no text', { features: [{}] }],
    ['a newer format of another shape', { format: 3, streams: 'elsewhere', pool: undefined }],
  ])('with %s is refused as too new, not misread', (_, change) => {
    expect(() => decodeManifest(encodeOther(change), key, vault)).toThrow(
      expect.objectContaining({
        code: 'VAULT_TOO_NEW',
        value: key,
        hint: expect.stringContaining('upgrade') as string,
      }),
    )
  })

  it('has a stream of second factors, and says so, or neither', () => {
    const streams = { ...manifest.streams, mfa: stream }
    const withMfa = { ...manifest, features: ['mfa'], streams }
    expect(decodeManifest(encodeManifest(withMfa, plainCipher), key, vault)).toEqual(withMfa)
    expect(() => decodeManifest(encodeOther({ streams }), key, vault)).toThrow(damaged)
    expect(() => decodeManifest(encodeOther({ features: ['mfa'] }), key, vault)).toThrow(damaged)
  })

  it.each([
    ['no format', { format: undefined }],
    ['a format that never was', { format: 0 }],
    ['a root that is no id', { streams: { ...manifest.streams, users: { ...stream, root: '../x' } } }],
    ['counts below nothing', { counts: { users: -1 } }],
    ['no streams', { streams: undefined }],
  ])('with %s is refused', (_, change) => {
    expect(() => decodeManifest(encodeOther(change), key, vault)).toThrow(damaged)
  })

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"digest":1,"manifest":{}}',
    `{"digest":"${id}","manifest":null}`,
    '{"digest":"x',
  ])('that is something else is refused: %s', (text) => {
    expect(() => decodeManifest(Buffer.from(text), key, vault)).toThrow(damaged)
  })

  it('is refused when it is larger than one can be, or nested without end, before it is taken apart', () => {
    expect(() => decodeManifest(Buffer.alloc(64 * 1024 + 1, ' '), key, vault)).toThrow(damaged)
    const deep = `{"digest":"${id}","manifest":{"format":1,"x":${'['.repeat(30_000)}${']'.repeat(30_000)}}}`
    expect(() => decodeManifest(Buffer.from(deep), key, vault)).toThrow(damaged)
  })

  it('is not written where nobody would read it', () => {
    const missing = Array.from({ length: 1000 }, () => manifest.missing[0]!)
    expect(() => encodeManifest({ ...manifest, missing }, plainCipher)).toThrow(
      expect.objectContaining({ code: 'INTERNAL', hint: expect.any(String) as string }),
    )
  })
})
