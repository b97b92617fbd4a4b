import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, onlySnapshot, openCliLab, secretsTold, seedPool } from './cli-lab.js'

let lab: CliLab
let poolId: string
let [first, second]: string[] = []

beforeAll(async () => {
  lab = await openCliLab()
  poolId = seedPool(lab.simulator)
  const take = async (): Promise<string> =>
    onlySnapshot((await lab.run(['backup', '--pool', poolId, '--json'])).json)
  await lab.run(['init', '--no-encryption'])
  first = await take()
  lab.simulator.seed.attributes(poolId, 'alice', { given_name: 'Alice\u001b[2J' })
  second = await take()
})

afterAll(async () => {
  const told = secretsTold(lab)
  await lab.close()
  expect(told).toEqual([])
})

const historyOf = (user: string, ...more: string[]): ReturnType<CliLab['run']> =>
  lab.run(['history', '--pool', poolId, '--user', user, ...more])

describe('history', () => {
  it('shows a user at each restore point, with the command that goes back to it', async () => {
    const { code, stdout, stderr } = await historyOf('alice@example.com')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/^User [0-9a-f-]{36}: in 2 of 2 snapshots\n/)
    expect(stdout).toContain('"Username": "alice"')
    expect(stdout).toMatch(/given_name: \(none\) → "Alice\\u001b\[2J"/)
    const command = new RegExp(`cognito-vault (restore ${first} --in-place --users [0-9a-f-]{36})`)
    const given = command.exec(stdout)?.[1]
    expect((await lab.run([...(given ?? '').split(' '), '--yes'])).code).toBe(0)
    const { users } = lab.simulator.inspect.pool(poolId)
    // What the snapshot does not have is left without --delete-extra.
    expect(users.find(({ username }) => username === 'alice')?.attributes['given_name']).toBeDefined()
  })

  it('is a document with the same', async () => {
    const { code, stdout } = await historyOf('alice', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      poolId,
      people: [
        {
          subs: [expect.any(String)],
          states: [
            { snapshot: first, takenFor: 'backup', change: 'first', groups: ['admins'] },
            { snapshot: second, change: 'changed', fields: [{ name: 'given_name', was: null }] },
            { takenFor: 'restore', change: 'same' },
          ],
        },
      ],
      unreadable: [],
      unreadableRuns: [],
    })
  })

  it('says that there is no such user or pool, without repeating who was asked for', async () => {
    const { code, stdout, stderr } = await historyOf('mallory@example.com', '--json')
    expect([code, (JSON.parse(stdout) as { error: { code: string } }).error.code]).toEqual([
      10,
      'NOT_IN_SNAPSHOT',
    ])
    expect(stdout + stderr).not.toContain('mallory')
    expect((await lab.run(['history', '--pool', 'eu-west-1_None00001', '--user', 'x'])).code).toBe(10)
    expect((await lab.run(['history', '--pool', poolId])).code).toBe(2)
  })
})
