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
import type { Through, Trial } from './sweep.js'

/** A pool, and a vault of each kind that it was backed up to. */
export interface FaultLab {
  readonly lab: Lab
  readonly poolId: string
  readonly vaultOf: (kind: Kind) => FaultVault
  /** What its snapshots hold, by pool and id. */
  readonly contentsOf: (kind: Kind) => ReadonlyMap<string, string>
  /** One call at a time, so that the n-th is the same each time. */
  readonly cognito: (vault: FaultVault, through?: Through) => Promise<CognitoContext>
  /** A restore of what was backed up. */
  readonly restoring: (
    kind: Kind,
    vault: FaultVault,
    target: Pick<RestoreRequest, 'target'>,
    pool: () => string,
  ) => Trial
}

export async function openFaultLab(): Promise<FaultLab> {
  const lab = await openLab({ pages: 'full' })
  const poolId = seedSmallPool(lab.simulator)
  const vaults = new Map<Kind, { vault: FaultVault; contents: ReadonlyMap<string, string> }>()

  async function cognito(vault: FaultVault, through?: Through): Promise<CognitoContext> {
    return lab.again({
      ...contextOf(vault, await vault.see(through)),
      tempDirectory: lab.context.tempDirectory,
      concurrency: 1,
    })
  }

  for (const kind of KINDS) {
    const vault = await makeFaultVault(kind)
    throwFirst((await backup(await cognito(vault), [poolId])).failures)
    vaults.set(kind, { vault, contents: await contentsOf(vault) })
  }

  const contents = (kind: Kind): ReadonlyMap<string, string> => vaults.get(kind)!.contents

  function restoring(
    kind: Kind,
    vault: FaultVault,
    { target }: Pick<RestoreRequest, 'target'>,
    pool: () => string,
  ): Trial {
    const request: RestoreRequest = { snapshot: [...contents(kind).keys()][0]!.split(' ')[1]!, target }
    let result: RestoreResult | undefined
    return {
      act: async (through) => {
        result = await restore(await cognito(vault, through), request, yes)
      },
      again: async () => {
        vault.passTime(120_000)
        const run = await approved(vault.stored)
        const context = await cognito(vault)
        result = run === undefined ? await restore(context, request, yes) : await resume(context, run)
      },
      outcome: () => {
        const { failed, fidelity } = result!
        return Promise.resolve({ pool: comparable(lab.simulator, pool()), failed, fidelity })
      },
      faults: () => faultsOf(vault, contents(kind)),
    }
  }

  return { lab, poolId, vaultOf: (kind) => vaults.get(kind)!.vault, contentsOf: contents, cognito, restoring }
}

/** The run that a person would be told to go on with. */
async function approved(store: ObjectStore): Promise<string | undefined> {
  for await (const { key } of store.list('restores/'))
    if (key.endsWith('/approved.json')) return key.split('/')[1]
  return undefined
}
