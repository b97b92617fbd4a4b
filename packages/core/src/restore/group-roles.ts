import { text } from '../cognito/canonical-body.js'
import type { CognitoApi } from '../cognito/cognito-api.js'
import { listGroups } from '../cognito/resources/group.js'
import type { Clock } from '../model/clock.js'
import type { GroupRoles } from './run-context.js'

/** For how long a listing of the groups is relied on, in milliseconds. */
const VALID_MS = 60_000

/** The roles of a pool's groups, listed when they are first asked for and again every minute. */
export function createGroupRoles(api: CognitoApi, poolId: () => string, clock: Clock): GroupRoles {
  let listing: { until: number; roles: Promise<ReadonlyMap<string, string | null>> } | undefined

  async function list(): Promise<ReadonlyMap<string, string | null>> {
    const roles = new Map<string, string | null>()
    for await (const group of listGroups(api, poolId())) {
      roles.set(text(group, 'GroupName'), text(group, 'RoleArn') || null)
    }
    return roles
  }

  return {
    roleOf: async (group) => {
      if (listing === undefined || clock.now() >= listing.until) {
        listing = { until: clock.now() + VALID_MS, roles: list() }
      }
      return (await listing.roles).get(group)
    },
  }
}
