import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string
let snapshot: string

/** A second vault, encrypted, beside the lab's own in the clear. */
const other = (): string[] => [
  '--vault',
  join(lab.folder, 'other'),
  '--passphrase-file',
  join(lab.folder, 'secret'),
]
/** The lab's own, which its environment names. */
const own = (): string => join(lab.folder, 'vault')

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator, 'shop', 30)
  await writeFile(join(lab.folder, 'secret'), 'correct horse battery staple\n', { mode: 0o600 })
  expect((await lab.run(['init', '--no-encryption', '--vault', own()])).code).toBe(0)
  expect((await lab.run(['init', ...other()])).code).toBe(0)
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json', '--vault', own()])).json)
})
afterAll(() => lab.close())

it('takes a vault in the clear into an encrypted one and back, with the same content', async () => {
  const dry = await lab.run(['copy', '--from', own(), '--dry-run', ...other()])
  expect([dry.code, dry.stdout]).toEqual([
    0,
    'A dry run: 1 snapshot would be copied, 0 snapshots there already.\n',
  ])
  const copied = await lab.run(['copy', '--from', own(), '--json', ...other()])
  expect(copied.json).toMatchObject({
    snapshots: [{ id: snapshot, poolId, outcome: 'copied' }],
    unreadable: [],
  })
  expect((await lab.run(['verify', ...other()])).code).toBe(0)
  const again = await lab.run(['copy', '--from', own(), ...other()])
  expect(again.stdout).toMatch(/^Copied 0 snapshots, 1 snapshot there already; /)

  const third = ['--vault', join(lab.folder, 'third')]
  await lab.run(['init', '--no-encryption', ...third])
  const back = ['copy', '--from', join(lab.folder, 'other'), ...third]
  expect((await lab.run(back)).code).toBe(12)
  expect((await lab.run([...back, '--from-passphrase-file', join(lab.folder, 'secret')])).code).toBe(0)
  const digests = await Promise.all(
    [own(), join(lab.folder, 'third')].map(async (vault) => {
      const exported = await lab.run([
        'export',
        snapshot,
        '--format',
        'ndjson',
        '--with-secrets',
        '--vault',
        vault,
      ])
      return exported.stdout
    }),
  )
  expect(digests[0]).not.toBe('')
  expect(digests[1]).toBe(digests[0])
})

it('refuses what makes no sense before anything is copied', async () => {
  expect((await lab.run(['copy', '--vault', own()])).code).toBe(2)
  expect((await lab.run(['copy', '--from', own(), '--vault', own()])).code).toBe(2)
  expect((await lab.run(['copy', '--from', join(lab.folder, 'nowhere'), '--vault', own()])).code).toBe(10)
  expect((await lab.run(['copy', 'no-such', '--from', own(), ...other()])).code).toBe(10)
})
