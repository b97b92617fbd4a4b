import { attributesIn, type Json, listAll, refusalIn } from '../json.js'
import { type Found, no, type Probe, yes } from '../probe.js'
import type { Scratch } from '../scratch.js'

/** Listings lag behind creations. */
const TRIES = 5
const LAG_MS = 3_000

interface Shard {
  readonly prefix: string
  readonly subs: readonly string[]
}

/** The users of each first digit that there is, as the filter gives them, when it gives them all. */
async function shards(scratch: Scratch): Promise<{ known: ReadonlySet<string>; found: Shard[] }> {
  const { pool, subs } = await scratch.people()
  const prefixes = [...new Set(subs.map((sub) => sub.slice(0, 1)))].sort()
  for (let attempt = 1; ; attempt++) {
    const found: Shard[] = []
    for (const prefix of prefixes) {
      const input = { UserPoolId: pool.id, Filter: `sub ^= "${prefix}"` }
      const users = await listAll(scratch.call, 'ListUsers', input, 'Users', 'PaginationToken')
      found.push({ prefix, subs: users.map(subOf) })
    }
    const count = found.reduce((sum, shard) => sum + shard.subs.length, 0)
    if (count >= subs.length || attempt >= TRIES) return { known: new Set(subs), found }
    await scratch.wait(LAG_MS)
  }
}

function subOf(user: Json): string {
  return attributesIn(user, 'Attributes').get('sub') ?? ''
}

async function asking(
  scratch: Scratch,
  judge: (shard: Awaited<ReturnType<typeof shards>>) => Found,
): Promise<Found> {
  try {
    return judge(await shards(scratch))
  } catch (error) {
    const refusal = refusalIn(error)
    if (refusal?.operation !== 'ListUsers') throw error
    return no(`the filter was refused: ${refusal.exception}`)
  }
}

export const subFilter: Probe = {
  id: 'sub-filter',
  question:
    'Does ListUsers find users by the beginning of their sub (sub ^= "…"), all of them and no others?',
  assumed: 'yes',
  creates: 'nothing',
  usesPeople: true,
  ask: (scratch) =>
    asking(scratch, ({ known, found }) => {
      const strangers = found.flatMap(({ prefix, subs }) => subs.filter((sub) => !sub.startsWith(prefix)))
      const seen = new Set(found.flatMap(({ subs }) => subs))
      const missing = [...known].filter((sub) => !seen.has(sub))
      const evidence = `${found.length} first digits asked for, ${known.size - missing.length} of ${known.size} users found, ${strangers.length} in the wrong place`
      return strangers.length === 0 && missing.length === 0 ? yes(evidence) : no(evidence)
    }),
}

export const subOrder: Probe = {
  id: 'sub-order',
  question: 'Are the users that ListUsers finds by the beginning of their sub in ascending order of it?',
  assumed: 'yes',
  creates: 'nothing',
  usesPeople: true,
  ask: (scratch) =>
    asking(scratch, ({ found }) => {
      const pairs = found.flatMap(({ subs }) => subs.slice(1).map((sub, at) => (subs[at] ?? '') < sub))
      const inOrder = pairs.filter(Boolean).length
      const evidence = `${inOrder} of ${pairs.length} users with another before them come after it in order`
      return pairs.length > 0 && inOrder === pairs.length ? yes(evidence) : no(evidence)
    }),
}
