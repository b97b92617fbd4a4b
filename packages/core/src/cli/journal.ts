import { Option } from 'commander'
import { CodedError } from '../model/errors.js'
import { createLazyStore } from '../storage/lazy/lazy-store.js'
import type { ObjectStore } from '../storage/object-store.js'
import { createOverlayStore } from '../storage/overlay/overlay-store.js'
import { createReadOnlyStore } from '../storage/read-only/read-only-store.js'
import { LEASES_PREFIX, RESTORES_PREFIX, manifestsPrefix, VAULT_KEY } from '../vault/object-keys.js'

/** Of commands that go by a restore's run: what a run writes may lie beside a vault that may only be read. */
export function journalOption(): Option {
  return new Option(
    '--journal <url>',
    'only read the vault, and keep there what the restore writes: its plan, journal and report, the snapshot of its target',
  ).default('', '$COGNITO_VAULT_JOURNAL')
}

/**
 * The vault, read only, with what is written in a place of its own. That has its own locks and restores: nobody who uses the vault sees them, and those of
 * the vault are not seen here, so that none of them is gone on with past its lock.
 *
 * @throws CodedError `USAGE` when first used, where that place is itself a vault
 */
export function withJournal(vault: ObjectStore, journal: ObjectStore): ObjectStore {
  const own = createLazyStore(journal.url, {}, async () => {
    if ((await journal.head(VAULT_KEY)) === undefined) return journal
    throw new CodedError('USAGE', `${journal.url} is a vault, and cannot be the journal beside another one`, {
      value: journal.url,
      hint: 'give --journal an empty folder; into that vault the snapshot can be copied: cognito-vault copy --help',
    })
  })
  return createOverlayStore(createReadOnlyStore(vault), own, [LEASES_PREFIX, RESTORES_PREFIX])
}

/**
 * A pool that the vault has snapshots of is not restored with a journal beside it: the backups of it would not know that one is under way, and take it for whole.
 *
 * @throws CodedError `USAGE`
 */
export async function refuseBackedUp(vault: ObjectStore, poolId: string): Promise<void> {
  for await (const { key } of vault.list(manifestsPrefix(poolId))) {
    throw new CodedError('USAGE', `the vault has snapshots of ${poolId}, such as ${key.split('/').at(-1)}`, {
      value: poolId,
      hint: 'its backups would not know of a restore whose journal is elsewhere: leave --journal (or COGNITO_VAULT_JOURNAL) out, or restore into another pool',
    })
  }
}

const COMMANDS = /cognito-vault (?:resume|undo|report|identity-map) run-[\w.-]+/g

/** Commands that go on with a run find it only with the journal: each is told with it. */
export function namingJournal(text: string, journal: string | undefined): string {
  if (journal === undefined) return text
  const quoted = /^[\w./:@-]+$/.test(journal) ? journal : `'${journal.replaceAll("'", `'\\''`)}'`
  return text.replace(COMMANDS, (command) => `${command} --journal ${quoted}`)
}
