import { afterAll, beforeAll, describe, it } from 'vitest'
import { backup } from '../../src/actions/backup.js'
import type { CognitoContext } from '../../src/actions/context.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult, resume } from '../../src/actions/restore.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { type Lab, openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { comparable, seedSmallPool } from '../support/small-pool.js'
import {
  contentsOf,
  contextOf,
  type FaultVault,
  faultsOf,
  type Kind,
  KINDS,
  makeFaultVault,
  throwFirst,
} from './fault-vault.js'
import { SETTINGS, sweep, SWEEP_TIMEOUT_MS, type Through, type Trial } from './sweep.js'

let lab: Lab
let poolId: string
const vaults = new Map<Kind, FaultVault>()
const contents = new Map<Kind, ReadonlyMap<string, string>>()

/** A pool that was backed up to a vault of each kind. */
beforeAll(async () => {
  lab = await openLab({ pages: 'full' })
  poolId = seedSmallPool(lab.simulator)
  for (const kind of KINDS) {
    const vault = await makeFaultVault(kind)
    throwFirst((await backup(cognito(vault), [poolId])).failures)
    vaults.set(kind, vault)
    contents.set(kind, await contentsOf(vault))
  }
})

afterAll(() => lab.close())

/** One call at a time, so that the n-th is the same each time. */
function cognito(vault: FaultVault, through?: Through): CognitoContext {
  return lab.again({
    ...contextOf(vault, vault.see(through)),
    tempDirectory: lab.context.tempDirectory,
    concurrency: 1,
  })
}

describe.each(SETTINGS)(
  'with a $kind vault of which one storage call goes wrong, tried again: $retries',
  { timeout: SWEEP_TIMEOUT_MS },
  ({ kind, retries }) => {
    it('a changed pool is backed up right, or what is wrong is said', async () => {
      change()
      await sweep(() => backingUp(kind), retries)
    })

    it('a pool is repaired right, or what is wrong is said', () => sweep(() => repairing(kind), retries))

    it('a pool is made anew right, or what is wrong is said', () => sweep(() => makingAnew(kind), retries))
  },
)

/** Something of a user, of a group and of a client that a restore puts back. */
function change(): void {
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
  const wanted = contents.get(kind)!
  const vault = await vaults.get(kind)!.copy()
  let taken: string | undefined

  async function act(through?: Through): Promise<void> {
    const { snapshots, failures } = await backup(cognito(vault, through), [poolId])
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
  const vault = await vaults.get(kind)!.copy()
  change()
  return restoring(kind, vault, { snapshot: snapshotOf(kind), target: { mode: 'in-place' } }, () => poolId)
}

/** The other pool keeps its domain, which no second one can have: that operation fails, whatever else goes wrong. */
async function makingAnew(kind: Kind): Promise<Trial> {
  const vault = await vaults.get(kind)!.copy()
  const before = new Set(lab.simulator.inspect.poolIds())
  const news = (): string[] => lab.simulator.inspect.poolIds().filter((id) => !before.has(id))
  const request = { snapshot: snapshotOf(kind), target: { mode: 'new-pool', poolName: 'shop' } } as const
  const trial = restoring(kind, vault, request, () => {
    const [made, ...more] = news()
    if (made === undefined || more.length > 0) throw new Error(`${news().length} pools were made`)
    return made
  })
  return {
    ...trial,
    end: async () => {
      for (const UserPoolId of news()) {
        for (const { Domain } of lab.simulator.inspect.pool(UserPoolId).domains)
          lab.simulator.seed.call('DeleteUserPoolDomain', { UserPoolId, Domain: Domain })
        lab.simulator.seed.call('DeleteUserPool', { UserPoolId })
      }
      await Promise.resolve()
    },
  }
}

function snapshotOf(kind: Kind): string {
  return [...contents.get(kind)!.keys()][0]!.split(' ')[1]!
}

function restoring(kind: Kind, vault: FaultVault, request: RestoreRequest, pool: () => string): Trial {
  let result: RestoreResult | undefined

  return {
    act: async (through) => {
      result = await restore(cognito(vault, through), request, yes)
    },
    again: async () => {
      vault.passTime(120_000)
      const run = await approved(vault.stored)
      result =
        run === undefined ? await restore(cognito(vault), request, yes) : await resume(cognito(vault), run)
    },
    outcome: () => {
      const { failed, fidelity } = result!
      return Promise.resolve({ pool: comparable(lab.simulator, pool()), failed, fidelity })
    },
    faults: () => faultsOf(vault, contents.get(kind)!),
  }
}

/** The run that a person would be told to go on with. */
async function approved(store: ObjectStore): Promise<string | undefined> {
  for await (const { key } of store.list('restores/'))
    if (key.endsWith('/approved.json')) return key.split('/')[1]
  return undefined
}
