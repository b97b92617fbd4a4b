import { cp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, seedPool } from './cli-lab.js'

let lab: CliLab
let vault: string
let snapshot: string
let segments: string[]

beforeAll(async () => {
  lab = await openCliLab()
  const poolId = seedPool(lab.simulator, 'shop', 30)
  await lab.run(['init', '--no-encryption'])
  snapshot = onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
  vault = join(lab.folder, 'vault')
  const folder = join(vault, 'pools', poolId, 'segments')
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name))
  const sized = await Promise.all(files.map(async (file) => ({ file, size: (await stat(file)).size })))
  // The largest are data, which nothing else in the vault proves.
  segments = sized.sort((a, b) => b.size - a.size).map(({ file }) => file)
})
afterAll(() => lab.close())

it('shows the damage, what can be put back and from where, asks, and puts it back', async () => {
  const backup = `${vault}-copy`
  await cp(vault, backup, { recursive: true })
  try {
    const whole = await lab.run(['repair', '--yes'])
    expect([whole.code, whole.stdout]).toEqual([0, 'Nothing is damaged.\n'])
    await rm(segments[0]!)
    await writeFile(segments[1]!, 'rot')
    expect((await lab.run(['verify'])).stderr).toContain('cognito-vault repair --dry-run')
    const alone = await lab.run(['repair', '--yes', '--json'])
    expect(alone.code).toBe(4)
    const items = (alone.json as unknown as { items: unknown })['items'] as {
      action: string
      snapshots: string[]
    }[]
    expect(items.some(({ action, snapshots }) => action === 'leave' && snapshots[0] === snapshot)).toBe(true)
    const request = ['repair', '--from', backup]
    const dry = await lab.run([...request, '--dry-run'])
    expect([dry.code, dry.stdout]).toEqual([4, expect.stringContaining('A dry run: nothing was changed.')])
    expect(dry.stdout).toContain(`needed by ${snapshot}`)
    expect((await lab.run(request)).code).toBe(2)
    expect((await lab.run(request, { typed: 'no\n' })).code).toBe(2)
    const done = await lab.run(request, { typed: 'yes\n' })
    expect([done.code, done.stdout]).toEqual([0, expect.stringMatching(/Repaired: \d object/)])
    expect((await lab.run(['verify'])).code).toBe(0)
    const unknown = await lab.run(['repair', 'day-9', '--yes'])
    expect([unknown.code, unknown.stderr]).toEqual([10, expect.stringContaining('no deleted snapshot')])
  } finally {
    await rm(backup, { recursive: true })
  }
})
