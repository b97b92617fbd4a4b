import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from 'cognito-vault'
import { startSimulator } from 'cognito-vault-simulator'
import { type Commands, createCommands } from './commands.js'
import { say } from './say.js'
import { scaledClock } from './scaled-clock.js'
import { seedShop, USERS } from './shop-pool.js'

// The SDK would tell whoever runs the demo about its own future.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'

/** Cognito's minutes are this many times as long as the demo's. */
const SPEED = 15

const clock = scaledClock(systemClock, SPEED)
const simulator = await startSimulator({ clock, quotas: true })
const directory = await mkdtemp(join(tmpdir(), 'cognito-vault-demo-'))
try {
  const commands = createCommands({ vault: `file://${directory}/vault`, endpoint: simulator.url, clock })
  const ok = (await losePool(commands)) && (await emptyPool(commands))
  say(ok ? 'Everything came back but for what the fidelity report names.' : 'The demo FAILED: see above.')
  process.exitCode = ok ? 0 : 1
} finally {
  await simulator.close()
  await rm(directory, { recursive: true, force: true })
}

/** A whole pool is deleted, and restored as a new one. */
async function losePool({ run, json }: Commands): Promise<boolean> {
  say(
    `A pool with ${USERS} users, in a simulator of Cognito that enforces its quotas; time runs ${SPEED} times as fast.`,
  )
  const pool = seedShop(simulator)
  await run('init', '--no-encryption')
  await run('backup', '--pool', pool)
  const cost = simulator.ledger.mau.count(pool)

  say('The pool is deleted.')
  simulator.seed.call('DeleteUserPoolDomain', { UserPoolId: pool, Domain: 'shop-login' })
  simulator.seed.call('DeleteUserPool', { UserPoolId: pool })
  const restored = await run('restore', `latest:${pool}`, '--to-new-pool', 'shop', '--yes')
  const target = simulator.inspect.poolIds()[0] ?? ''

  say('Is the new pool the same as the lost one?')
  await run('diff', `latest:${pool}`, 'live', '--pool', target)
  const diff = (await json('diff', `latest:${pool}`, 'live', '--pool', target)) as DiffDocument
  const isAnnounced = onlyAnnounced(diff)
  const messages = simulator.ledger.messages.all().length
  const triggers = simulator.ledger.triggers.all().length
  say(
    `Made monthly active by the backup: ${cost} users. Messages sent: ${messages}. Triggers run: ${triggers}. ` +
      `Differences that no report named: ${isAnnounced ? 0 : 'SOME'}.`,
  )
  return restored === 0 && cost === 0 && messages === 0 && triggers === 0 && isAnnounced
}

/** Who signed up and was not confirmed, and who came from a provider, cannot be made again: the report named them. */
function onlyAnnounced(diff: DiffDocument): boolean {
  const unreachable = USERS / 200 + USERS / 100
  const { added, removed, changed } = diff.users
  return (
    added.length === 0 &&
    changed.length === 0 &&
    removed.length === unreachable &&
    diff.resources.length === 0
  )
}

interface DiffDocument {
  readonly same: boolean
  readonly users: Readonly<Record<'added' | 'removed' | 'changed', readonly unknown[]>>
  readonly resources: readonly unknown[]
}

/** A script deletes people of a pool that lives, and spoils others; they are put back where they are. */
async function emptyPool({ run }: Commands): Promise<boolean> {
  const pool = simulator.inspect.poolIds()[0] ?? ''
  await run('backup', '--pool', pool)
  say('A script deletes 100 users of the pool, and overwrites the plan of 100 others.')
  const people = simulator.inspect.pool(pool).users
  for (const { username } of people.slice(0, 100)) simulator.seed.deleteUser(pool, username)
  for (const { username } of people.slice(100, 200))
    simulator.seed.attributes(pool, username, { 'custom:plan': 'none' })
  const repaired = await run('restore', `latest:${pool}`, '--in-place', '--yes')
  const compared = await run('diff', `latest:${pool}`, 'live')
  await run('verify')
  return repaired === 0 && compared === 0
}
