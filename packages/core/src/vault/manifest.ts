import { z } from 'zod'
import { canonicalJson, type JsonObject } from '../model/canonical.js'
import { CodedError } from '../model/errors.js'
import { MFA_STREAM, type StreamName } from '../model/records.js'
import type { VaultCipher } from './cipher.js'
import { manifestKey } from './object-keys.js'
import { damaged } from './segment.js'

export const MANIFEST_FORMAT = 1
/** What this version understands beyond the base format; a manifest that needs more is refused, not misread. */
const KNOWN_FEATURES: readonly string[] = [MFA_STREAM]
const MAX_MANIFEST_BYTES = 64 * 1024

const id = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.number().int().nonnegative()
const stream = z.object({ root: id, records: count, digest: id })
const gap = z.object({ resource: z.string(), operation: z.string(), reason: z.string() })

const manifestSchema = z.object({
  format: z.number().int().positive(),
  features: z.array(z.string()),
  vault: z.string(),
  snapshot: z.string(),
  pool: z.object({ id: z.string(), name: z.string(), region: z.string() }),
  window: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }),
  parent: z.string().optional(),
  /** The restore that was under way in the pool, or had stopped half-way, while it was read. */
  during: z.string().optional(),
  takenFor: z.enum(['backup', 'restore', 'diff']),
  complete: z.boolean(),
  missing: z.array(gap),
  notApplicable: z.array(gap),
  counts: z.record(z.string(), count),
  streams: z.object({ resources: stream, users: stream, memberships: stream, mfa: stream.optional() }),
  /** What the shrink guard compares, beside the counts; the limits are those by which the backup was judged. */
  guard: z
    .object({
      usersChanged: count,
      populatedGroups: count,
      threshold: z.number().positive().max(1),
      windowDays: z.number().positive(),
    })
    .optional(),
  /** Volatile facts of the capture, which say nothing of the pool's content. */
  capture: z.object({
    requests: z.record(z.string(), count),
    mau: count,
    estimatedUsers: count.optional(),
    listing: z.string(),
    program: z.string(),
  }),
  /** Where another tool's backup was imported from, and when: no snapshot that was captured has it. */
  imported: z
    .object({
      source: z.string(),
      name: z.string(),
      at: z.iso.datetime(),
      /** When the other tool made it, as far as anything tells. */
      exportedAt: z.iso.datetime().optional(),
    })
    .optional(),
})

/** What a snapshot is: the pool, when it was read, what was found, and the roots of its streams. */
export type Manifest = z.infer<typeof manifestSchema>
/**
 * What a snapshot was taken for: to be kept; to plan a restore into the pool, which it is the undoing of; or to be
 * compared. What was taken for a restore or a diff shows the damage that somebody is looking at, so it is never `latest`.
 */
export type TakenFor = Manifest['takenFor']
/** A resource that could not be read, by which operation, and why. */
export type Gap = z.infer<typeof gap>
/** A stream as a manifest has it: its root, and the number and digest of its records. */
export type StreamEntry = z.infer<typeof stream>

/** The streams that a snapshot has, all of them: whoever follows what it refers to begins here, so that none is forgotten. */
export function streamsOf({ streams }: Pick<Manifest, 'streams'>): [name: StreamName, stream: StreamEntry][] {
  return Object.entries(streams) as [StreamName, StreamEntry][]
}

/**
 * The bytes of a manifest, with a proof over all the rest: a digest, or a code that takes the vault's key.
 *
 * @throws CodedError `INTERNAL` when they exceed 64 KB.
 */
export function encodeManifest(manifest: Manifest, cipher: VaultCipher): Uint8Array {
  const shown = withMaskedDigests(manifest, cipher)
  const proof = cipher.proofOf(canonicalJson(shown as unknown as JsonObject))
  const bytes = layOut(cipher.proofName, { proof, manifest: shown })
  if (bytes.byteLength > MAX_MANIFEST_BYTES) {
    throw new CodedError(
      'INTERNAL',
      `the manifest of ${manifest.snapshot} would be ${bytes.byteLength} bytes long`,
      {
        value: String(bytes.byteLength),
        hint: 'this is a defect of cognito-vault: please report it; nothing was committed',
      },
    )
  }
  return bytes
}

/** What the digests of the streams are seen as by who has no key, and back: a guess of what is in a stream proves nothing. */
function withMaskedDigests(manifest: Manifest, cipher: VaultCipher): Manifest {
  const { pool, snapshot } = manifest
  const masked = streamsOf(manifest).map(([name, one]) => {
    const place = canonicalJson({ pool: pool.id, snapshot, stream: name })
    return [name, { ...one, digest: cipher.maskDigest(one.digest, place) }]
  })
  return { ...manifest, streams: Object.fromEntries(masked) as Manifest['streams'] }
}

interface Envelope {
  readonly proof: string
  readonly manifest: unknown
}

/** A manifest's text is laid out in one way only, so that any byte that is altered shows. */
function layOut(proofName: VaultCipher['proofName'], { proof, manifest }: Envelope): Buffer {
  return Buffer.from(`${JSON.stringify({ [proofName]: proof, manifest }, null, 1)}\n`, 'utf8')
}

/**
 * Reads a manifest back and checks that it is whole and in its place.
 *
 * @throws CodedError `VAULT_DAMAGED` when it was altered, or lies under another name or in another vault;
 *   `VAULT_TOO_NEW` when it needs a newer version of this program.
 */
export function decodeManifest(
  bytes: Uint8Array,
  key: string,
  { id: vaultId, cipher }: { readonly id: string; readonly cipher: VaultCipher },
): Manifest {
  const { proof, manifest } = parseEnvelope(bytes, key, cipher.proofName)
  if (!isObjectWithFormat(manifest)) throw damaged(key, 'it has no format number')
  if (cipher.proofOf(canonicalJson(manifest)) !== proof)
    throw damaged(key, `its content does not match its ${cipher.proofName === 'mac' ? 'proof' : 'digest'}`)
  requireKnownFormat(manifest, key)
  const parsed = manifestSchema.safeParse(manifest)
  if (!parsed.success) throw damaged(key, 'it is not what the format says', parsed.error)
  const found = parsed.data
  if (found.features.includes(MFA_STREAM) !== (found.streams.mfa !== undefined))
    throw damaged(key, 'its features do not agree with its streams')
  if (found.vault !== vaultId) throw damaged(key, 'it belongs to another vault')
  if (key !== manifestKey(found.pool.id, found.snapshot)) {
    throw damaged(key, 'it is the manifest of another snapshot')
  }
  return withMaskedDigests(found, cipher)
}

function parseEnvelope(
  bytes: Uint8Array,
  key: string,
  proofName: VaultCipher['proofName'],
): { proof: string; manifest: JsonObject } {
  if (bytes.byteLength > MAX_MANIFEST_BYTES) throw damaged(key, 'it is larger than a manifest can be')
  let envelope: { proof: string; manifest: JsonObject }
  let isAsWritten: boolean
  try {
    const found = JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonObject
    envelope = z
      .object({ proof: id, manifest: z.custom<JsonObject>() })
      .parse({ proof: found[proofName], manifest: found['manifest'] })
    // What is nested so deep that this fails was not written by this program either.
    isAsWritten = layOut(proofName, envelope).equals(bytes)
  } catch (cause) {
    throw damaged(key, 'it is not what the format says', cause)
  }
  if (!isAsWritten) throw damaged(key, 'its text is not laid out as it was written')
  return envelope
}

function isObjectWithFormat(manifest: unknown): manifest is JsonObject & { format: number } {
  return (
    typeof manifest === 'object' &&
    manifest !== null &&
    typeof (manifest as JsonObject)['format'] === 'number'
  )
}

function requireKnownFormat(manifest: JsonObject & { format: number }, key: string): void {
  const features = Array.isArray(manifest['features']) ? manifest['features'] : []
  const unknown = features.filter(
    (feature) => typeof feature !== 'string' || !KNOWN_FEATURES.includes(feature),
  )
  if (manifest.format <= MANIFEST_FORMAT && unknown.length === 0) return
  const needs =
    unknown.length > 0
      ? `needs ${unknown.map((feature) => JSON.stringify(feature)).join(', ')}`
      : `has format ${manifest.format}`
  throw new CodedError('VAULT_TOO_NEW', `${key} ${needs}, which this version does not know`, {
    value: key,
    hint: 'upgrade cognito-vault; nothing was changed',
  })
}
