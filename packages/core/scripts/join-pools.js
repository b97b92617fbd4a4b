// Joins the users of two pools, of whom every sub and every username differs, plans what is to be done, and prints how many steps
// that is and the most heap that was used; with --expose-gc, that was live. Build first, then:
// node --max-old-space-size=MB packages/core/scripts/join-pools.js USERS [CHARACTERS_A_USER] [hold]
// With `hold` the users are held in memory instead, for which the limit is to be too small.
import { tmpdir } from 'node:os'
import { joinUsers } from '../dist/actions/joined-users.js'
import { makeRecord } from '../dist/model/records.js'
import { withReleases } from '../dist/restore/addresses/with-releases.js'
import { planUsers } from '../dist/restore/plan-users.js'
import { createSorter } from '../dist/sorting/external-sort.js'
import { mergeJoin } from '../dist/sorting/merge-join.js'

const [users = 0, characters = 300] = process.argv.slice(2, 4).map(Number)
const holds = process.argv[4] === 'hold'
const rules = { usernameAttributes: ['email'], caseSensitive: false }
const tempDirectory = tmpdir()
/** Looks at the heap after about so many characters. */
const LOOK_EVERY = 4_000_000
let peak = 0
let since = 0

function look(weight) {
  since += weight
  if (since < LOOK_EVERY) return
  since = 0
  globalThis.gc?.()
  peak = Math.max(peak, process.memoryUsage().heapUsed)
}

/** People by a number; ascending by sub they come in no order of their addresses, another one in each pool. */
async function* usersOf(pool, prime) {
  const filler = 'x'.repeat(Math.max(0, characters - 300))
  for (let at = 0; at < users; at++) {
    const person = (at * prime) % users
    // One in fifty is in one of the pools only.
    if (pool === 'b' && person % 50 === 0) continue
    const sub = `${String(at).padStart(8, '0')}-0000-4000-8000-00000000000${pool}`
    const attributes = {
      sub,
      email: `person-${person}@example.com`,
      email_verified: 'true',
      // In the other pool everybody has the number of somebody else.
      phone_number: `+1${2_000_000_000 + (pool === 'a' ? person : (person + 1) % users)}`,
      phone_number_verified: 'true',
      profile: filler,
    }
    const record = makeRecord(sub, {
      Username: sub,
      Attributes: Object.entries(attributes).map(([Name, Value]) => ({ Name, Value })),
      Enabled: true,
      UserStatus: 'CONFIRMED',
    })
    look(record.line.length)
    yield record
  }
}

async function* nothing() {}

const snapshot = (pool, prime) => ({
  manifest: { pool: { id: pool }, streams: {}, missing: [] },
  read: (stream) => (stream === 'users' ? usersOf(pool, prime) : nothing()),
})

async function* heldInMemory(views) {
  const all = []
  for await (const view of views) all.push(view)
  yield* all
}

async function* reached(pairs) {
  for await (const pair of pairs) yield { pair, notes: [] }
}

const joined = joinUsers({ tempDirectory }, snapshot('a', 7_919), snapshot('b', 104_729), rules, {
  hasUsers: false,
})
const held = (views) => (holds ? heldInMemory(views) : views)
const planning = {
  options: { mode: 'in-place', deleteExtra: false, deleteNewer: false, noWidening: false },
  snapshot: { complete: true, takenAt: '2026-11-01T00:00:00.000Z' },
  rules,
  groups: new Set(),
  roles: new Map(),
  samePool: false,
  providers: new Set(),
  recovery: { recovery: ['email', 'phone_number'], codes: [] },
  mfaFactors: [],
  mutableAttributes: new Set(['email', 'email_verified', 'phone_number', 'phone_number_verified', 'profile']),
}
const steps = withReleases(planUsers(reached(mergeJoin(held(joined.left), held(joined.right))), planning), {
  unique: ['phone_number'],
  caseSensitive: false,
  sorter: createSorter({ tempDirectory, duplicates: 'keep' }),
})
const phases = {}
for await (const step of steps) {
  phases[step.phase] = (phases[step.phase] ?? 0) + 1
  look(characters)
}
process.stdout.write(`${JSON.stringify({ users, phases, peakMiB: Math.round(peak / 2 ** 20) })}\n`)
