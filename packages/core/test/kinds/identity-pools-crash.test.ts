import { describe, expect, it } from 'vitest'
import { diff } from '../../src/actions/diff.js'
import { backUp } from '../support/backed-up.js'
import { DEATHS, dyingAtOperation } from '../support/dying-process.js'
import { callIdentity, seedIdentityPool } from '../support/identity-pool.js'
import { openKindLab } from '../support/kind-lab.js'
import { restoreToTheEnd } from '../support/run-to-end.js'
import { points } from '../support/sweep.js'

const OPERATIONS = [
  'CreateIdentityPool',
  'UpdateIdentityPool',
  'SetIdentityPoolRoles',
  'SetPrincipalTagAttributeMap',
]

describe.each(DEATHS)('a restore that dies %s', (death) => {
  const swept = points(DEATHS.indexOf(death), { from: 0, to: OPERATIONS.length - 1 })
  it.each([...swept].map((place) => OPERATIONS[place]!))(
    'at %s, into a new pool, ends as if it had not',
    async (operation) => {
      const lab = await openKindLab()
      try {
        seedIdentityPool(lab.simulator, lab.pool)
        const snapshot = await lab.take()
        const request = { snapshot, target: { mode: 'new-pool', poolName: 'shop' } } as const
        const result = await restoreToTheEnd(lab, lab.store, dyingAtOperation(operation, death), request)
        expect(result!.failed).toEqual([])
        const again = await backUp(lab.context, result!.poolId)
        expect(await diff(lab.context, snapshot, again.id)).toMatchObject({ same: true, unknown: [] })
        expect(lab.simulator.inspect.identityPoolIds()).toHaveLength(2)
      } finally {
        await lab.close()
      }
    },
  )

  it.each(['CreateIdentityPool', 'SetIdentityPoolRoles'])(
    'at %s, in place, ends as if it had not',
    async (operation) => {
      const lab = await openKindLab()
      try {
        const { simulator } = lab
        const id = seedIdentityPool(simulator, lab.pool)
        const before = simulator.inspect.identityPool(id)
        const snapshot = await lab.take()
        if (operation === 'CreateIdentityPool')
          callIdentity(simulator, 'DeleteIdentityPool', { IdentityPoolId: id })
        else {
          const name = { IdentityPoolName: 'spoilt', AllowUnauthenticatedIdentities: true }
          callIdentity(simulator, 'SetIdentityPoolRoles', { IdentityPoolId: id, Roles: {} })
          for (const IdentityProviderName of Object.keys(before.principalTags))
            callIdentity(simulator, 'SetPrincipalTagAttributeMap', {
              IdentityPoolId: id,
              IdentityProviderName,
            })
          callIdentity(simulator, 'UpdateIdentityPool', { IdentityPoolId: id, ...name })
        }
        const request = { snapshot, target: { mode: 'in-place' } } as const
        const result = await restoreToTheEnd(lab, lab.store, dyingAtOperation(operation, death), request)
        expect(result!.failed).toEqual([])
        const [now = ''] = simulator.inspect.identityPoolIds()
        expect(simulator.inspect.identityPoolIds()).toHaveLength(1)
        const { pool, ...parts } = simulator.inspect.identityPool(now)
        expect({ pool: { ...pool, IdentityPoolId: id }, ...parts }).toEqual(before)
      } finally {
        await lab.close()
      }
    },
  )
})
