import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CliLab, openCliLab } from './cli-lab.js'

let lab: CliLab
let replica: string
let poolId: string
let [whole, arriving]: string[] = []
/** A file of the newer snapshot that has not come. */
let late: string

const segments = async (vault: string): Promise<string[]> =>
  (await readdir(join(vault, 'pools', poolId, 'segments'), { recursive: true })).filter((name) =>
    /[0-9a-f]{64}$/.test(name),
  )

beforeAll(async () => {
  lab = await openCliLab()
  const vault = join(lab.folder, 'vault')
  replica = join(lab.folder, 'replica')
  poolId = lab.simulator.seed.pool({ PoolName: 'customers' })
  await lab.run(['init', '--no-encryption'])
  const taken = async (): Promise<string | undefined> => {
    const { json } = await lab.run(['backup', '--pool', poolId, '--json'])
    return json.snapshots[0]?.id
  }
  const first = await taken()
  const before = new Set(await segments(vault))
  lab.simulator.seed.users(poolId, 1)
  const second = await taken()
  ;[whole, arriving] = [first ?? '', second ?? '']
  await cp(vault, replica, { recursive: true })
  late = (await segments(replica)).find((name) => !before.has(name)) ?? ''
  await rm(join(replica, 'pools', poolId, 'segments', late))
})

afterAll(() => lab.close())

it('a replica lists what is whole, and apart what is arriving', async () => {
  const { code, stdout } = await lab.run(['snapshots', '--vault', replica, '--replica'])
  expect(code).toBe(0)
  expect(stdout.split('Arriving')[0]).toContain(whole)
  expect(stdout.split('Arriving')[1]).toContain(arriving)
  const { json } = await lab.run(['snapshots', '--vault', replica, '--replica', '--json'])
  expect(json).toMatchObject({ snapshots: [{ id: whole }], arriving: [{ id: arriving, poolId }] })
})

it('a replica is verified as far as it has arrived; a vault that lacks the same file is damaged', async () => {
  const arrived = await lab.run(['verify', '--vault', replica, '--replica'])
  expect([arrived.code, arrived.stdout]).toEqual([
    0,
    expect.stringMatching(/^Whole: 1 snapshot,[^]*1 snapshot arriving/),
  ])
  const damaged = await lab.run(['verify', '--vault', replica])
  expect(damaged.code).toBe(4)
  expect(damaged.stdout).toContain(`needed by ${arriving}`)
})

it('a replica has not lost what is still arriving', async () => {
  const there = await lab.run(['verify', '--vault', replica, '--replica', '--expect', arriving ?? ''])
  expect(there.code).toBe(0)
  const gone = await lab.run([
    'verify',
    '--vault',
    replica,
    '--replica',
    '--expect',
    '20991231T000000.000Z-00000000',
  ])
  expect(gone.code).toBe(4)
  const named = await lab.run(['show', arriving ?? '', '--vault', replica, '--replica'])
  expect([named.code, named.stderr]).toEqual([10, expect.stringContaining('still arriving')])
  const empty = await lab.run(['snapshots', '--vault', replica, '--replica', '--expect', ''])
  expect(empty.code).toBe(2)
})

it('a replica gives its newest whole snapshot as latest, and is not written into', async () => {
  const shown = await lab.run(['show', 'latest', '--vault', replica, '--replica'])
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining(whole ?? '')])
  const before = await readdir(replica, { recursive: true })
  const refused = await lab.run(['backup', '--pool', poolId, '--vault', replica, '--replica', '--json'])
  expect(refused.code).toBe(1)
  expect(JSON.stringify(refused.json)).toContain('VAULT_READ_ONLY')
  expect(await readdir(replica, { recursive: true })).toEqual(before)
})

it('copy takes from a replica what is whole', async () => {
  const copy = join(lab.folder, 'copy')
  await lab.run(['init', '--no-encryption', '--vault', copy])
  const { code, stdout } = await lab.run(['copy', '--from', replica, '--from-replica', '--vault', copy])
  expect([code, stdout]).toEqual([0, expect.stringMatching(`Passed over: ${arriving}[^]*Copied 1 snapshot`)])
  const { json } = await lab.run(['snapshots', '--vault', copy, '--json'])
  expect(json.snapshots.map(({ id }) => id)).toEqual([whole])
})
