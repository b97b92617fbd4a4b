import type { Account } from '../account.js'
import type { JsonObject } from '../json.js'
import { clientOf } from './clients.js'
import type { Dated, Pool } from './pool.js'

/** The key of a setting that is kept for the whole pool, or for one client, whose id then ends it. */
export function settingKey(pool: Pool, kind: string, clientId: string | undefined): string {
  return clientId === undefined ? kind : `${kind} ${clientOf(pool, clientId).id}`
}

/** Replaces a setting as a whole. */
export function storeSetting(account: Account, pool: Pool, key: string, body: JsonObject): Dated {
  const now = account.clock.now()
  const setting = { body, createdAt: pool.settings.get(key)?.createdAt ?? now, modifiedAt: now }
  pool.settings.set(key, setting)
  return setting
}
