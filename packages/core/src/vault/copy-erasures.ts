import { CodedError } from '../model/errors.js'
import type { ObjectStore } from '../storage/object-store.js'
import { appendErasure, erasureEntries, erasureKey, putErasureKey } from './erasures.js'

/**
 * Adds to a vault's erasure list what another's has and it has not, so that nobody who is on the one is put back from the
 * other. Hashes are of a list's own key: where both have one of their own, nothing can be told of the one by the other.
 *
 * @returns the erasures that were added
 * @throws CodedError `ERASURES_DIFFER`, `VAULT_DAMAGED` of either list
 */
export async function copyErasures(from: ObjectStore, to: ObjectStore): Promise<number> {
  const wanted = await erasureEntries(from)
  if (wanted.length === 0) return 0
  const key = await erasureKey(from)
  const existing = await erasureEntries(to)
  if (existing.length === 0) await putErasureKey(to, key)
  if (!(await erasureKey(to)).equals(key)) throw keysDiffer(to.url)
  const known = new Set(existing.map((entry) => JSON.stringify(entry)))
  const missing = wanted.filter((entry) => !known.has(JSON.stringify(entry)))
  for (const entry of missing) await appendErasure(to, entry)
  return missing.length
}

function keysDiffer(url: string): CodedError {
  return new CodedError(
    'ERASURES_DIFFER',
    'both vaults have an erasure list of their own, under keys of their own, so that one cannot be added to the other',
    {
      value: url,
      hint: 'erase in this vault too whoever was erased in the other (cognito-vault erase --user …), then copy with --no-erasures; nothing was copied',
    },
  )
}
