import { expect, it } from 'vitest'
import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import { objects } from '../../src/cognito/canonical-body.js'
import { restore } from '../../src/actions/restore.js'
import { backUp, recordsOf } from '../support/backed-up.js'
import { openLab } from '../support/lab.js'
import { yes } from '../support/run-to-end.js'
import { seedSmallPool } from '../support/small-pool.js'

/** A member that no version of the API has yet, of every JSON type. */
const FUTURE = {
  FutureSetting: { Text: 'naïve\n"quoted"', Number: 1.5, List: ['b', 'a'], Nothing: null, Flag: false },
}

it('keeps fields that it does not know, into a new pool and back again', async () => {
  const lab = await openLab()
  try {
    const { seed, inspect } = lab.simulator
    const UserPoolId = seedSmallPool(lab.simulator)
    const [client] = inspect.pool(UserPoolId).clients
    seed.call('UpdateUserPool', { UserPoolId, ...FUTURE })
    seed.call('UpdateUserPoolClient', {
      UserPoolId,
      ClientId: client!['ClientId'],
      ClientName: client!['ClientName'],
      ...FUTURE,
    })
    seed.call('UpdateGroup', { UserPoolId, GroupName: 'buyers', ...FUTURE })
    seed.call('UpdateIdentityProvider', { UserPoolId, ProviderName: 'Partner', ...FUTURE })
    seed.call('UpdateResourceServer', { UserPoolId, Identifier: 'orders', Name: 'orders', ...FUTURE })
    seed.call('SetUserPoolMfaConfig', { UserPoolId, MfaConfiguration: 'OFF', ...FUTURE })

    const context = lab.again({ wrap: withFutureUsers })
    const taken = await backUp(context, UserPoolId)
    const users = await recordsOf(context, taken.id, 'users')
    expect([...users.values()]).toHaveLength(4)
    for (const user of users.values()) expect(user).toMatchObject(FUTURE)

    const target = { mode: 'new-pool', poolName: 'restored' } as const
    const restored = (await restore(lab.context, { snapshot: taken.id, target }, yes))!
    expect(restored.failed).toEqual([])
    const again = await backUp(lab.context, restored.poolId)
    for (const id of [taken.id, again.id]) {
      const kinds = [...(await recordsOf(lab.context, id, 'resources'))]
        .filter(([, body]) => body['FutureSetting'] !== undefined)
        .map(([key, body]) => {
          expect(body['FutureSetting']).toEqual(FUTURE.FutureSetting)
          return key.split('/')[0]
        })
      expect(kinds.sort()).toEqual(['client', 'group', 'identity-provider', 'mfa', 'pool', 'resource-server'])
    }
  } finally {
    await lab.close()
  }
})

function withFutureUsers(api: CognitoApi): CognitoApi {
  return {
    ...api,
    call: async (operation, input, options) => {
      const answer = await api.call(operation, input, options)
      if (operation !== 'ListUsers') return answer
      return { ...answer, Users: objects(answer, 'Users').map((user) => ({ ...user, ...FUTURE })) }
    },
  }
}
