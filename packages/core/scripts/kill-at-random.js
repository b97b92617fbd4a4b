// Kills the command line at random moments: a process of its own against the simulator and a vault in a folder, in the clear and
// encrypted by turns. After each kill `verify --read-data` has to find nothing, and the next run has to do what the killed one was to do.
// Build first, then: node packages/core/scripts/kill-at-random.js TIMES [SEED] [LANES]
import { spawn } from 'node:child_process'
import { lutimes, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { startSimulator } from 'cognito-vault-simulator'
import { init } from '../dist/actions/init.js'
import { runCli } from '../dist/cli/run-cli.js'
import { systemClock } from '../dist/model/system-clock.js'
import { openFsStore } from '../dist/storage/fs/fs-store.js'

const [times = 200, seed = 2026, lanes = 2] = process.argv.slice(2).map(Number)
const BIN = fileURLToPath(new URL('../bin/cognito-vault.js', import.meta.url))
const PASSPHRASE = 'correct horse battery staple'
/** So many that the changes of one person, each of which counts, are no mass change to the shrink guard. */
const USERS = 400
const COMMANDS = ['backup', 'restore', 'backup', 'forget', 'prune']
/** Whoever ended without a word is waited for by prune, for a day. */
const A_DAY_AND_MORE_MS = 25 * 3_600_000
/** In this process waiting goes by faster; what was killed had the real clock. */
const hurried = { now: systemClock.now, sleep: (ms, signal) => systemClock.sleep(ms / 50, signal) }

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true'
const simulator = await startSimulator({ quotas: false, seed })
const folder = await mkdtemp(join(tmpdir(), 'cognito-vault-kills-'))
const began = systemClock.now()
const totals = { kills: 0, tooLate: 0, byCommand: {} }
try {
  await Promise.all(Array.from({ length: lanes }, (_, lane) => runLane(lane)))
  const seconds = Math.round((systemClock.now() - began) / 1000)
  process.stdout.write(
    `${totals.kills} kills in ${seconds} s, seed ${seed}: every vault whole, every next run right\n`,
  )
  process.stdout.write(
    `killed: ${JSON.stringify(totals.byCommand)}; ended before they were killed, and not counted: ${totals.tooLate}\n`,
  )
} finally {
  await simulator.close()
  await rm(folder, { recursive: true, force: true })
}

async function runLane(lane) {
  const random = generator(seed + lane)
  const share = Math.ceil((times - lane) / lanes)
  const vaults = await Promise.all([makeVault(lane, false), makeVault(lane, true)])
  // From the first run on: how long each command takes as a process of its own.
  const durations = new Map()
  for (const vault of vaults) await mustRun(vault, argvOf(vault, 'backup'))
  for (let kills = 0, turn = 0; kills < share; turn++) {
    const vault = vaults[turn % 2]
    const command = COMMANDS[Math.floor(turn / 2) % COMMANDS.length]
    await prepare(vault, command, random)
    const expected = durations.get(command) ?? (await measure(vault, command, durations))
    // Not while the program is being loaded only: that would test nothing.
    const delay = expected * (0.3 + 0.75 * random())
    const ended = await killed(vault, argvOf(vault, command), delay)
    if (ended.signal === 'SIGKILL') {
      kills++
      totals.kills++
      totals.byCommand[command] = (totals.byCommand[command] ?? 0) + 1
    } else {
      totals.tooLate++
      durations.set(command, ended.ms)
      if (ended.code !== 0) throw new Error(`${command} ended with ${ended.code}: ${ended.stderr}`)
    }
    const where = `kill ${kills} of lane ${lane}, seed ${seed}: ${command} after ${Math.round(delay)} ms`
    await mustRun(vault, ['verify', '--read-data'], where)
    await age(vault.place)
    await goOn(vault, command, where)
  }
  for (const vault of vaults) await mustRun(vault, ['verify', '--read-data'], `the end of lane ${lane}`)
}

/** A pool with a few people, and its vault; of an encrypted one a guess of the passphrase costs next to nothing. */
async function makeVault(lane, encrypted) {
  const poolId = simulator.seed.pool({ PoolName: `shop-${lane}-${encrypted}` })
  simulator.seed.groups(poolId, ['admins', 'staff'])
  simulator.seed.users(poolId, USERS)
  simulator.seed.users(poolId, [
    { username: 'alice', groups: ['admins'], attributes: { email: 'alice@example.com' } },
  ])
  const place = join(folder, `${lane}-${encrypted}`)
  const store = openFsStore(place)
  const keys = {
    passphrase: () => Promise.resolve(Buffer.from(PASSPHRASE)),
    cost: { memoryKiB: 32, passes: 1, lanes: 1 },
  }
  await init({ store, clock: systemClock, random: Math.random }, encrypted ? keys : 'none')
  return { poolId, place, encrypted, name: '' }
}

function argvOf({ poolId, snapshot }, command) {
  if (command === 'backup') return ['backup', '--pool', poolId, '--json']
  if (command === 'restore')
    return ['restore', snapshot ?? `latest:${poolId}`, '--in-place', '--yes', '--json']
  if (command === 'forget') return ['forget', '--pool', poolId, '--keep-last', '2', '--yes', '--json']
  return ['prune', '--json']
}

/** Gives the command something to do: what a restore puts back, what a backup stores, what forget forgets. */
async function prepare(vault, command, random) {
  const { poolId } = vault
  if (command === 'restore') {
    const { json } = await mustRun(vault, ['snapshots', '--json'])
    vault.snapshot = json.snapshots.filter(({ complete }) => complete).at(-1).id
    await mustRun(vault, argvOf(vault, 'backup'))
  }
  vault.name = `person ${Math.floor(random() * 1e9)}`
  simulator.seed.attributes(poolId, 'alice', { name: vault.name })
  simulator.seed.call('UpdateGroup', { UserPoolId: poolId, GroupName: 'staff', Description: vault.name })
}

/** What a person does next, and whether it does what it was to do. */
async function goOn(vault, command, where) {
  if (command !== 'restore') {
    await mustRun(vault, argvOf(vault, command), where)
    if (command === 'backup') {
      const { stdout } = await mustRun(
        vault,
        ['show', `latest:${vault.poolId}`, '--user', 'alice', '--json'],
        where,
      )
      if (!stdout.includes(vault.name)) throw new Error(`${where}: the new backup has not what was changed`)
    }
    return
  }
  const run = await unfinishedRun(vault.place)
  const { json } = await mustRun(
    vault,
    run === undefined ? argvOf(vault, command) : ['resume', run, '--json'],
    where,
  )
  if (json.failed.length > 0) throw new Error(`${where}: ${JSON.stringify(json.failed)}`)
  const { stdout } = await runHere(vault, ['diff', vault.snapshot, 'live', '--json'])
  if (!JSON.parse(stdout).same) throw new Error(`${where}: the pool is not as the snapshot has it: ${stdout}`)
}

async function unfinishedRun(place) {
  const runs = await readdir(join(place, 'restores')).catch(() => [])
  for (const run of runs.sort().reverse()) {
    const has = (name) =>
      stat(join(place, 'restores', run, name)).then(
        () => true,
        () => false,
      )
    if ((await has('approved.json')) && !(await has('report.json'))) return run
  }
  return undefined
}

async function measure(vault, command, durations) {
  const { ms, code, stderr } = await killed(vault, argvOf(vault, command), 60_000)
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${stderr}`)
  durations.set(command, ms)
  await prepare(vault, command, () => 0.5)
  return ms
}

/** Runs the program as it is installed, and kills it after so many milliseconds. */
async function killed(vault, argv, afterMs) {
  const start = systemClock.now()
  const child = spawn(process.execPath, [BIN, '--endpoint-url', simulator.url, ...argv], {
    env: { PATH: process.env['PATH'], ...environment(vault) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.on('data', (chunk) => (stderr += chunk))
  const stop = new AbortController()
  const killing = systemClock.sleep(afterMs, stop.signal).then(
    () => child.kill('SIGKILL'),
    () => undefined,
  )
  const [code, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (...how) => resolve(how))
  })
  stop.abort()
  await killing
  return { code, signal, stderr, ms: systemClock.now() - start }
}

function environment({ place, encrypted }) {
  return {
    COGNITO_VAULT: place,
    ...(encrypted ? { COGNITO_VAULT_PASSPHRASE: PASSPHRASE } : {}),
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_EC2_METADATA_DISABLED: 'true',
  }
}

/** The same command line in this process, which saves loading it. */
async function runHere(vault, argv) {
  const [out, err] = [[], []]
  const collect = (chunks) =>
    new Writable({
      write: (chunk, _encoding, done) => {
        chunks.push(chunk)
        done()
      },
    })
  const stdin = new PassThrough()
  stdin.end()
  const code = await runCli(['--endpoint-url', simulator.url, ...argv], {
    stdout: collect(out),
    stderr: collect(err),
    stdin,
    env: environment(vault),
    clock: hurried,
    random: Math.random,
    signal: new AbortController().signal,
    tempDirectory: folder,
    holder: { host: 'next', pid: process.pid },
  })
  return { code, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }
}

async function mustRun(vault, argv, where = 'beforehand') {
  const { code, stdout, stderr } = await runHere(vault, argv)
  if (code !== 0) throw new Error(`${where}: ${argv.join(' ')} ended with ${code}\n${stdout}\n${stderr}`)
  return { stdout, json: argv.includes('--json') ? JSON.parse(stdout) : undefined }
}

/** A day goes by, for the vault: its clock is that of the files. */
async function age(place) {
  for (const entry of await readdir(place, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath ?? entry.path, entry.name)
    const then = new Date((await stat(path)).mtimeMs - A_DAY_AND_MORE_MS)
    await lutimes(path, then, then)
  }
}

/** Small pseudo-random numbers in [0, 1), by Tommy Ettinger. */
function generator(from) {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
