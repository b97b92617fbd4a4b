import { afterAll, beforeAll, describe, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import { type FaultLab, openFaultLab } from './fault-lab.js'
import { contentsOf, faultsOf, type Kind, throwFirst } from './fault-vault.js'
import { SETTINGS, sweep, SWEEP_TIMEOUT_MS, type Through, type Trial } from './sweep.js'

let faultLab: FaultLab
beforeAll(async () => {
  faultLab = await openFaultLab()
})
afterAll(() => faultLab.lab.close())

describe.each(SETTINGS)(
  'with a $kind vault of which one storage call goes wrong, tried again: $retries',
  { timeout: SWEEP_TIMEOUT_MS },
  (setting) => {
    it('a changed pool is backed up right, or what is wrong is said', async () => {
      change()
      await sweep(() => backingUp(setting.kind), setting)
    })

    it('a pool is repaired right, or what is wrong is said', () =>
      sweep(() => repairing(setting.kind), setting))
  },
)

/** Something of a user, of a group and of a client that a restore puts back. */
function change(): void {
  const { lab, poolId } = faultLab
  const { seed, inspect } = lab.simulator
  seed.attributes(poolId, 'ann', { 'custom:plan': 'none' })
  seed.change(poolId, 'bob', { enabled: true })
  const isBuyer = inspect
    .pool(poolId)
    .users.find(({ username }) => username === 'dee')
    ?.groups.includes('buyers')
  if (isBuyer === true)
    seed.call('AdminRemoveUserFromGroup', { UserPoolId: poolId, Username: 'dee', GroupName: 'buyers' })
  seed.call('UpdateGroup', { UserPoolId: poolId, GroupName: 'buyers', Description: 'changed' })
}

async function backingUp(kind: Kind): Promise<Trial> {
  const { poolId, cognito } = faultLab
  const wanted = faultLab.contentsOf(kind)
  const vault = await faultLab.vaultOf(kind).copy()
  let taken: string | undefined

  async function act(through?: Through): Promise<void> {
    const { snapshots, failures } = await backup(await cognito(vault, through), [poolId])
    throwFirst(failures)
    taken = `${poolId} ${snapshots[0]!.id}${snapshots[0]!.complete ? '' : ' incomplete'}`
  }

  return {
    act,
    again: async () => {
      vault.passTime(120_000)
      await act()
    },
    outcome: async () => (await contentsOf(vault)).get(taken!),
    faults: () => faultsOf(vault, wanted),
  }
}

async function repairing(kind: Kind): Promise<Trial> {
  const { poolId, restoring } = faultLab
  const vault = await faultLab.vaultOf(kind).copy()
  change()
  return restoring(kind, vault, { target: { mode: 'in-place' } }, () => poolId)
}
