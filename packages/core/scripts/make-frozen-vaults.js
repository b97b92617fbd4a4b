// Made the vaults in packages/core/test/frozen, once for each version of the format; what is there is never made again:
// npx tsc -b && node packages/core/scripts/make-frozen-vaults.js FOLDER
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { makeRecord } from '../dist/model/records.js'
import { emptySummary } from '../dist/restore/plan-summary.js'
import { openJournal } from '../dist/restore/journal.js'
import { openRun } from '../dist/restore/run-store.js'
import { openFsStore } from '../dist/storage/fs/fs-store.js'
import { addErasure } from '../dist/vault/erasures.js'
import { openSegments } from '../dist/vault/segment-store.js'
import { commitSnapshot } from '../dist/vault/snapshots.js'
import { writeStream } from '../dist/vault/stream-writer.js'
import { systemClock } from '../dist/model/system-clock.js'
import { initVault } from '../dist/vault/vault.js'

const NOW = Date.parse('2026-11-23T00:00:00Z')
const POOL = 'eu-west-1_Frozen'
const LIMITS = { records: 4, characters: 1e6, chain: 60 }
const passphrase = {
  passphrase: Buffer.from('frozen'),
  cost: { memoryKiB: 256, passes: 2, lanes: 2 },
  randomBytes,
}

await make('plain', undefined)
await make('encrypted', passphrase)

async function make(name, keys) {
  const { id, store, cipher } = await initVault(
    openFsStore(join(process.argv[2], name)),
    NOW,
    Math.random,
    keys,
  )
  const vault = { id, store, cipher }
  const first = await take(vault, '20261123T000000.000Z-00000001', 1, undefined)
  await take(vault, '20261124T000000.000Z-00000002', 2, first)
  await addErasure(store, [['email', 'zoe@example.com']], NOW, () => randomBytes(32))
  const run = openRun(store, 'run-20261124T010000.000Z-00000003')
  const at = '2026-11-24T01:00:00.000Z'
  await run.begin(at)
  const step = { phase: 'group', subject: { kind: 'group', id: 'Grüße' }, operations: [], notes: [] }
  const chunk = await run.putChunk('06-000000', 'group', [step])
  await run.putHeader(headerOf(run.runId, chunk))
  await run.approve(at)
  const journal = await openJournal(store, `${run.prefix}journal/${chunk.id}/`, systemClock)
  await journal.append({ intent: NOW })
  await journal.finish([{ step: 0, outcomes: [], reasons: [], bound: {}, notes: [] }])
  const lines = 'fidelity/06-000000.ndjson.gz'
  await run.putReport({}, { [lines]: await run.putLines(lines, ['{"outcome":"exact"}']) })
}

async function take(vault, snapshot, day, parent) {
  const segments = openSegments(vault.store, POOL)
  const root = (stream) => parent?.streams[stream].root
  const manifest = {
    format: 1,
    features: [],
    vault: vault.id,
    snapshot,
    pool: { id: POOL, name: 'frozen', region: 'eu-west-1' },
    window: { from: '2026-11-23T00:00:00.000Z', to: '2026-11-23T00:00:01.000Z' },
    ...(parent === undefined ? {} : { parent: parent.snapshot }),
    takenFor: 'backup',
    complete: true,
    missing: [],
    notApplicable: [],
    counts: { users: 10, memberships: 2 },
    streams: {
      resources: await writeStream(segments, resources(), root('resources')),
      users: await writeStream(segments, users(day), root('users'), LIMITS),
      memberships: await writeStream(segments, memberships(), root('memberships')),
    },
    capture: { requests: { ListUsers: 1 }, mau: 0, listing: 'shards', program: 'cognito-vault 0.1.0' },
  }
  await commitSnapshot(vault, manifest, segments.touched, () => Promise.resolve())
  return manifest
}

async function* users(day) {
  for (let i = 0; i < 10; i++)
    if (day === 1 || i !== 3) yield makeRecord(`sub-0${i}`, { Username: `Zoë ${i}`, day: i === 7 ? day : 1 })
}

async function* resources() {
  yield makeRecord('pool', { Id: POOL, Name: 'frozen' })
}

async function* memberships() {
  yield makeRecord('sub-01/Grüße', {})
  yield makeRecord('sub-02/staff', {})
}

function headerOf(runId, chunk) {
  return {
    format: 1,
    runId,
    createdAt: '2026-11-24T01:00:00.000Z',
    snapshot: { id: '20261123T000000.000Z-00000001', poolId: POOL },
    target: {
      mode: 'in-place',
      poolId: POOL,
      region: 'eu-west-1',
      rules: { usernameAttributes: [], caseSensitive: true },
    },
    missing: [],
    unread: [],
    chunks: [chunk],
    summary: emptySummary(),
    unchanged: 0,
    limits: {},
    leftOut: 0,
    etaSeconds: 0,
    erasures: 1,
  }
}
