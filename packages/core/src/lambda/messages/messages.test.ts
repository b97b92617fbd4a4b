import { describe, expect, it } from 'vitest'
import type { SnapshotReport } from '../../actions/backup.js'
import type { DrillReport } from '../../actions/drill.js'
import { backupFailedMessage, backupMessage } from './backup-messages.js'
import { drillFailedMessage, drillMessage, nothingToDrillMessage } from './drill-messages.js'
import { failureOf } from './failure-text.js'
import { isWanted, message } from './message.js'
import { restoreFailedMessage, restoreMessage } from './restore-messages.js'
import { careFailedMessage, keysMissingMessage, tooOldMessage } from './schedule-messages.js'

const place = {
  vault: 's3://bucket/vault',
  execution: 'arn:aws:states:eu-west-1:111122223333:execution:backup:1',
}
const report: SnapshotReport = {
  id: '20261125T020000.000Z-00000002',
  poolId: 'eu-west-1_Ab12Cd34E',
  complete: true,
  missing: [],
  counts: { users: 12_345, groups: 12, memberships: 3_456, clients: 3 },
  shrunk: [],
  requests: { ListUsers: 206, DescribeUserPool: 1 },
  mau: 0,
  bytesStored: 1_234_567,
  durationMs: 252_000,
}

describe('of a backup', () => {
  it('that is done: what is in it, what has changed, what it took', () => {
    const told = backupMessage({ report, usersBefore: 12_300, usersChanged: 57, throttled: 2 }, place)
    expect(told.level).toBe('info')
    expect(told.subject).toBe('Cognito Vault: backup of eu-west-1_Ab12Cd34E done, 12,345 users')
    expect(told.text).toMatchInlineSnapshot(`
      "The backup of eu-west-1_Ab12Cd34E is complete.

        Snapshot:    20261125T020000.000Z-00000002
        Users:       12,345 (12,300 in the one before)
        Changed:     57 users changed or deleted since
        Groups:      12
        Memberships: 3,456
        Clients:     3
        Stored:      1.2 MB
        Took:        4 min 12 s, 207 requests, 2 of them refused for their rate
        Made active: 0 users (MAU)

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that the shrink guard flagged: what is gone, and the next commands', () => {
    const shrunk = [
      { what: 'users', than: '20261124T020000.000Z-00000001', before: 12_300, now: 600 },
    ] as const
    const told = backupMessage({ report: { ...report, shrunk }, usersBefore: 12_300, throttled: 0 }, place)
    expect(told.level).toBe('error')
    expect(told.subject).toBe('Cognito Vault: shrink guard: backup of eu-west-1_Ab12Cd34E has lost too much')
    expect(told.text).toMatchInlineSnapshot(`
      "The backup of eu-west-1_Ab12Cd34E was stored, and has far less in it than the backups before, or far more was changed:

        600 users where 20261124T020000.000Z-00000001 had 12,300

      It is kept beside the older ones, of which none is forgotten until somebody has looked.

        Snapshot:    20261125T020000.000Z-00000002
        Users:       12,345 (12,300 in the one before)
        Groups:      12
        Memberships: 3,456
        Clients:     3
        Stored:      1.2 MB
        Took:        4 min 12 s, 207 requests
        Made active: 0 users (MAU)

      What to do:
        See what is gone:         cognito-vault diff 20261124T020000.000Z-00000001 20261125T020000.000Z-00000002
        Bring it back (dry run):  cognito-vault restore 20261124T020000.000Z-00000001 --in-place --only-deleted --dry-run
        If it is meant to be so:  cognito-vault acknowledge 20261125T020000.000Z-00000002

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that is incomplete: what is missing, and what to allow', () => {
    const missing = [{ resource: 'risk', operation: 'DescribeRiskConfiguration', reason: 'access denied' }]
    const told = backupMessage({ report: { ...report, complete: false, missing }, throttled: 0 }, place)
    expect(told.level).toBe('error')
    expect(told.text).toMatchInlineSnapshot(`
      "The backup of eu-west-1_Ab12Cd34E was stored, and is incomplete. The latest snapshot is still an older one.

      Missing, because it could not be read:
        risk: DescribeRiskConfiguration: access denied

      What to do:
        Allow the operation in the role of the backup's function, or deploy the stack again.
        Then back up again: start the state machine once more.

        Snapshot:    20261125T020000.000Z-00000002
        Users:       12,345 (the first backup)
        Groups:      12
        Memberships: 3,456
        Clients:     3
        Stored:      1.2 MB
        Took:        4 min 12 s, 207 requests
        Made active: 0 users (MAU)

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that was taken during a restore: how to bring that to its end', () => {
    const told = backupMessage({ report: { ...report, during: 'run-1' }, throttled: 0 }, place)
    expect(told.level).toBe('error')
    expect(told.subject).toBe('Cognito Vault: backup of eu-west-1_Ab12Cd34E was taken during a restore')
    expect(told.text).toMatchInlineSnapshot(`
      "The backup of eu-west-1_Ab12Cd34E was stored, and was taken during a restore. The latest snapshot is still an older one.

      What to do:
        Bring the restore to its end:  cognito-vault resume run-1
        Then back up again: start the state machine once more.

        Snapshot:    20261125T020000.000Z-00000002
        Users:       12,345 (the first backup)
        Groups:      12
        Memberships: 3,456
        Clients:     3
        Stored:      1.2 MB
        Took:        4 min 12 s, 207 requests
        Made active: 0 users (MAU)

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that failed: the cause, and that nothing is lost', () => {
    const failure = {
      code: 'ACCESS_DENIED',
      message: 'the caller may not do ListUsers',
      hint: 'allow cognito-idp:ListUsers on the pool',
    }
    const told = backupFailedMessage(['eu-west-1_Ab12Cd34E'], failure, place)
    expect(told.subject).toBe('Cognito Vault: backup of eu-west-1_Ab12Cd34E failed')
    expect(told.text).toMatchInlineSnapshot(`
      "The backup of eu-west-1_Ab12Cd34E failed. No new snapshot was stored; those that are there are as they were.

      the caller may not do ListUsers (ACCESS_DENIED)
      Hint: allow cognito-idp:ListUsers on the pool

      What to do:
        Mend the cause, then start the state machine again.
        What can be restored meanwhile:  cognito-vault snapshots

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that was refused because another is under way', () => {
    const failure = { code: 'LOCKED', message: 'backup/eu-west-1_Ab12Cd34E is locked by backup' }
    const told = backupFailedMessage(['eu-west-1_Ab12Cd34E'], failure, place)
    expect(told.subject).toBe('Cognito Vault: backup of eu-west-1_Ab12Cd34E refused, another is under way')
    expect(told.text).toMatchInlineSnapshot(`
      "The backup of eu-west-1_Ab12Cd34E was not begun: another one, or a restore, has the pool. Nothing was read and nothing is lost.

      backup/eu-west-1_Ab12Cd34E is locked by backup (LOCKED)

      What to do:
        Look for the execution that is still running. If it always takes longer than the time between two backups, raise CognitoTPS, or back up less often.

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that has not happened', () => {
    const told = tooOldMessage(
      {
        poolId: 'eu-west-1_Ab12Cd34E',
        snapshotId: report.id,
        takenAt: '2026-11-25T02:00:00.000Z',
        ageSeconds: 130_000,
        mostSeconds: 129_600,
      },
      { ...place, execution: '' },
    )
    expect(told.subject).toBe('Cognito Vault: no backup of eu-west-1_Ab12Cd34E for 36 h 6 min')
    expect(told.text).toMatchInlineSnapshot(`
      "A backup of eu-west-1_Ab12Cd34E has not happened: the newest complete one is 36 h 6 min old, and should be no older than 36 h.

        Snapshot: 20261125T020000.000Z-00000002
        Taken:    2026-11-25 02:00 UTC

      What to do:
        See the last executions of the state machine, and whether its schedule is enabled.
        Then start it by hand.

        Vault: s3://bucket/vault
      "
    `)
  })

  it('after which nothing could be forgotten', () => {
    const failure = { code: 'ACCESS_DENIED', message: 'access denied: DeleteObject of x' }
    const told = careFailedMessage([{ poolId: 'eu-west-1_Ab12Cd34E', failure }], place)
    expect(told.subject).toBe('Cognito Vault: retention failed for eu-west-1_Ab12Cd34E')
    expect(told.level).toBe('error')
    expect(told.text).toMatchInlineSnapshot(`
      "What was backed up is stored. What is to be forgotten, or what nothing refers to any more, could not be removed:

      eu-west-1_Ab12Cd34E: access denied: DeleteObject of x (ACCESS_DENIED)

      What to do:
        The next backup tries again. By hand:  cognito-vault forget --dry-run, cognito-vault prune

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that was stored before something failed', () => {
    const failure = { code: 'INTERNAL', message: 'this should not have happened: TypeError' }
    const told = backupFailedMessage(['eu-west-1_Ab12Cd34E'], failure, place, report.id)
    expect(told.subject).toBe(
      'Cognito Vault: backup of eu-west-1_Ab12Cd34E was stored, then something failed',
    )
    expect(told.level).toBe('error')
    expect(told.text).toMatchInlineSnapshot(`
      "The snapshot 20261125T020000.000Z-00000002 of eu-west-1_Ab12Cd34E was stored, and counts as any other. What comes after that failed: comparing it with the one before, and telling of it.

      this should not have happened: TypeError (INTERNAL)

      What to do:
        See what is in it:  cognito-vault snapshots
        Prove it whole:     cognito-vault verify --read-data

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that never was, of a pool whose vault is there', () => {
    const told = tooOldMessage(
      {
        poolId: 'eu-west-1_Ab12Cd34E',
        snapshotId: undefined,
        takenAt: undefined,
        ageSeconds: 130_000,
        mostSeconds: 129_600,
      },
      { ...place, execution: '' },
    )
    expect(told.subject).toBe('Cognito Vault: no backup of eu-west-1_Ab12Cd34E yet')
    expect(told.level).toBe('error')
    expect(told.text).toMatchInlineSnapshot(`
      "There is no complete backup of eu-west-1_Ab12Cd34E, 36 h 6 min after the vault was made.

      What to do:
        See the last executions of the state machine, and whether its schedule is enabled.
        Then start it by hand.

        Vault: s3://bucket/vault
      "
    `)
  })

  it('that the keys of the stack do not all open', () => {
    const key = (region: string): string => `arn:aws:kms:${region}:111122223333:key/1`
    const told = keysMissingMessage([key('eu-central-1')], place)
    expect(told.subject).toBe('Cognito Vault: a key of the stack does not open the vault')
    expect(told.level).toBe('error')
    expect(told.text).toMatchInlineSnapshot(`
      "The stack names a key that does not wrap the data key of the vault, so that nothing can be restored with that key alone, as after the loss of the other Region:

        arn:aws:kms:eu-central-1:111122223333:key/1

      What to do:
        Add it, with credentials that may use both keys:
          cognito-vault key add --vault s3://bucket/vault --kms-key arn:aws:kms:eu-central-1:111122223333:key/1
        What was stored before the replication began is copied by S3 Batch Replication.

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
    const both = keysMissingMessage([key('eu-central-1'), key('eu-west-1')], place)
    expect(both.subject).toBe('Cognito Vault: keys of the stack do not open the vault')
  })
})

describe('of a restore', () => {
  const result = {
    runId: 'run-20261125T100000.000Z-00000003',
    poolId: 'eu-west-1_New12345',
    dryRun: false,
    plan: { AdminCreateUser: 100, AdminSetUserPassword: 100, CreateGroup: 2 },
    failedCount: 0,
    fidelity: { exact: 2, transformed: 100, lost: 1 },
    missing: [],
    unread: [],
    mau: 100,
    lockedOut: 3,
    imported: 0,
    etaSeconds: 90,
  }
  const header = {
    snapshot: { id: report.id, poolId: report.poolId },
    target: {
      mode: 'existing-pool',
      poolId: 'eu-west-1_New12345',
      region: 'eu-west-1',
      rules: { usernameAttributes: [] as string[], caseSensitive: true },
    },
  } as const

  it('that is done', () => {
    const told = restoreMessage(result, header, place)
    expect(told.level).toBe('info')
    expect(told.subject).toBe('Cognito Vault: restore into eu-west-1_New12345 done')
    expect(told.text).toMatchInlineSnapshot(`
      "The restore of 20261125T020000.000Z-00000002 into eu-west-1_New12345 is done.

        Snapshot:    20261125T020000.000Z-00000002
        Operations:  202
        As it was:   2 exact, 100 transformed, 1 lost
        Made active: 100 users (MAU)
        Locked out:  3 users, until an administrator acts

      More:
        What became of everybody:  cognito-vault report run-20261125T100000.000Z-00000003
        Old and new ids:           cognito-vault identity-map run-20261125T100000.000Z-00000003 --format csv --output run-20261125T100000.000Z-00000003.csv
        Who is locked out:         cognito-vault report run-20261125T100000.000Z-00000003 --only locked-out

        Run:       run-20261125T100000.000Z-00000003
        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('of which some operations failed', () => {
    const told = restoreMessage({ ...result, failedCount: 2 }, header, place)
    expect(told.level).toBe('error')
    expect(told.subject).toBe('Cognito Vault: restore into eu-west-1_New12345 ended, 2 operations failed')
    expect(told.text).toMatchInlineSnapshot(`
      "The restore of 20261125T020000.000Z-00000002 into eu-west-1_New12345 has come to its end, and 2 operations of 202 did not succeed.

        Snapshot:    20261125T020000.000Z-00000002
        Operations:  202
        As it was:   2 exact, 100 transformed, 1 lost
        Made active: 100 users (MAU)
        Locked out:  3 users, until an administrator acts

      What to do:
        What became of everybody:  cognito-vault report run-20261125T100000.000Z-00000003
        Old and new ids:           cognito-vault identity-map run-20261125T100000.000Z-00000003 --format csv --output run-20261125T100000.000Z-00000003.csv
        Who is locked out:         cognito-vault report run-20261125T100000.000Z-00000003 --only locked-out
        What differs now:          cognito-vault diff 20261125T020000.000Z-00000002 live --pool eu-west-1_New12345

        Run:       run-20261125T100000.000Z-00000003
        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that was only planned', () => {
    const told = restoreMessage({ ...result, dryRun: true }, header, place)
    expect(told.text).toMatchInlineSnapshot(`
      "Dry run: nothing was changed. A restore into eu-west-1_New12345 would take about 1 min 30 s.

        Snapshot:    20261125T020000.000Z-00000002
        Operations:  202
        As it was:   2 exact, 100 transformed, 1 lost
        Made active: 100 users (MAU)
        Locked out:  3 users, until an administrator acts

      What to do:
        Start the state machine again, without dryRun.

        Run:       run-20261125T100000.000Z-00000003
        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('of which not all could be read', () => {
    const missing = [{ resource: 'groups', operation: 'ListGroups', reason: 'access denied' }]
    const told = restoreMessage({ ...result, missing }, header, place)
    expect(told.level).toBe('error')
    expect(told.subject).toBe('Cognito Vault: restore into eu-west-1_New12345 ended, not all was there')
    expect(told.text).toContain('not all of it was there: groups could not be read')
  })

  it.each([
    ['LOCKED', undefined, 'refused, the pool is in use', 'Nothing was changed.'],
    ['PLAN_TOO_LARGE', undefined, 'failed', 'Restore by the command line'],
    ['USAGE', undefined, 'failed', 'Nothing was changed.'],
  ])('that ended with %s, run %s: %s', (code, runId, subject, todo) => {
    const told = restoreFailedMessage(runId, 'eu-west-1_New12345', { code, message: 'no' }, place)
    expect(told.level).toBe('error')
    expect(told.subject).toBe(`Cognito Vault: restore into eu-west-1_New12345 ${subject}`)
    expect(told.text).toContain(todo)
    expect(told.text).not.toContain('cognito-vault resume')
  })

  it('that stopped: how to go on', () => {
    const failure = { code: 'ACCESS_DENIED', message: 'the caller may not do AdminCreateUser' }
    const told = restoreFailedMessage(result.runId, 'eu-west-1_New12345', failure, place)
    expect(told.subject).toBe('Cognito Vault: restore into eu-west-1_New12345 failed')
    expect(told.text).toMatchInlineSnapshot(`
      "The restore into eu-west-1_New12345 stopped before its end.

      the caller may not do AdminCreateUser (ACCESS_DENIED)

      What to do:
        What was done until now is in the journal, and nothing of it is done twice. Mend the cause, then either
        start the state machine with:  {"runId": "run-20261125T100000.000Z-00000003"}
        or go on by hand:              cognito-vault resume run-20261125T100000.000Z-00000003

        Run:       run-20261125T100000.000Z-00000003
        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that stopped half-way because somebody else has the pool: what was done is kept, and how to go on', () => {
    const failure = { code: 'LOCKED', message: 'the pool is locked' }
    const told = restoreFailedMessage(result.runId, 'eu-west-1_New12345', failure, place)
    expect(told.subject).toBe('Cognito Vault: restore into eu-west-1_New12345 failed')
    expect(told.text).toContain('stopped before its end: somebody else is restoring into the pool')
    expect(told.text).toContain('is in the journal')
    expect(told.text).toContain(`{"runId": "${result.runId}"}`)
    expect(told.text).not.toMatch(/Nothing was changed|not begun/)
  })

  it('that would go round for ever: by hand only', () => {
    const failure = { code: 'RESTORE_STALLED', message: '3 slices in a row came to nothing' }
    const { text } = restoreFailedMessage(result.runId, 'eu-west-1_New12345', failure, place)
    expect(text).toContain(`cognito-vault resume ${result.runId}`)
    expect(text).not.toContain('state machine')
  })
})

describe('of a drill', () => {
  const found: DrillReport = {
    snapshot: report.id,
    poolId: report.poolId,
    ok: true,
    users: 500_000,
    sampled: 50,
    asked: 50,
    leftOut: { client: 3, domain: 1 },
    done: { CreateUserPool: 1, AdminCreateUser: 50 },
    failedCount: 0,
    fidelity: { exact: 4, transformed: 49, lost: 1 },
    notes: { 'new-account': 49 },
    differences: { usersMissing: 0, usersExtra: 0, fields: {}, resources: [] },
    mau: 49,
    tier: 'LITE',
    restoreMs: 21_000,
    durationMs: 64_000,
    estimate: { seconds: 33_400, operations: 1_490_000, mau: 490_000 },
    scratchPool: 'eu-west-1_Scratch1',
    leftOvers: [],
  }

  it('that went well: what was tried, how long all would take, and what it cost', () => {
    const told = drillMessage(found, place)
    expect(told.level).toBe('info')
    expect(told.subject).toBe('Cognito Vault: drill of eu-west-1_Ab12Cd34E went well')
    expect(told.text).toMatchInlineSnapshot(`
      "The latest snapshot of eu-west-1_Ab12Cd34E was restored into a scratch pool as a trial, compared, and found as it should be.

        Snapshot:  20261125T020000.000Z-00000002
        Restored:  50 users of 500,000, all of whom were read
        As it was: 4 exact, 49 transformed, 1 lost, as any restore says of itself
        Not tried: client (3), domain (1)
        Took:      1 min 4 s, 21 s of it restoring
        Cost:      49 users made monthly active (MAU), in a pool of the tier LITE
        Deleted:   the scratch pool

      A restore of everything into a new pool would take about 9 h 16 min by API calls at the rate of this stack: 1,490,000 calls, 490,000 users made monthly active.

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that found differences: which, without saying whose', () => {
    const differences = {
      usersMissing: 2,
      usersExtra: 0,
      fields: { 'custom:plan': 3 },
      resources: [{ kind: 'pool', name: '', change: 'changed', members: ['Policies'] }],
    }
    const told = drillMessage({ ...found, ok: false, failedCount: 1, sampled: 40, differences }, place)
    expect(told.level).toBe('error')
    expect(told.subject).toBe('Cognito Vault: drill of eu-west-1_Ab12Cd34E failed')
    expect(told.text).toMatchInlineSnapshot(`
      "The latest snapshot of eu-west-1_Ab12Cd34E was restored into a scratch pool as a trial, and what is there is not what it should be:

        1 operation did not succeed
        2 users of the sample not there
        custom:plan of 3 users is another
        pool changed: Policies

        Snapshot:  20261125T020000.000Z-00000002
        Restored:  40 users of 500,000, all of whom were read; 50 would have taken too long
        As it was: 4 exact, 49 transformed, 1 lost, as any restore says of itself
        Not tried: client (3), domain (1)
        Took:      1 min 4 s, 21 s of it restoring
        Cost:      49 users made monthly active (MAU), in a pool of the tier LITE
        Deleted:   the scratch pool

      A restore of everything into a new pool would take about 9 h 16 min by API calls at the rate of this stack: 1,490,000 calls, 490,000 users made monthly active.

      What to do:
        Prove that the vault is whole:  cognito-vault verify --read-data
        Try it by hand:                 cognito-vault drill 20261125T020000.000Z-00000002

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that ended before its end', () => {
    const failure = { code: 'VAULT_DAMAGED', message: 'x is damaged' }
    const scratch = { isGone: false, regions: ['eu-west-1'] }
    const told = drillFailedMessage(found.poolId, failure, scratch, place)
    expect(told.level).toBe('error')
    expect(told.subject).toBe('Cognito Vault: drill of eu-west-1_Ab12Cd34E failed')
    expect(told.text).toMatchInlineSnapshot(`
      "The trial restore of the latest snapshot stopped before its end. The pool that is backed up was not touched; a scratch pool, with the tag cognito-vault:drill and people of the sample in it, may be left. The next drill deletes it, or you do.

      x is damaged (VAULT_DAMAGED)

      What to do:
        Prove that the vault is whole:  cognito-vault verify --read-data
        Find a scratch pool that is left, by its tag:
          aws resourcegroupstaggingapi get-resources --region eu-west-1 --resource-type-filters cognito-idp:userpool --tag-filters Key=cognito-vault:drill
        and delete it:
          aws cognito-idp delete-user-pool --region REGION --user-pool-id ID
        Mend the cause, then start the state machine again.

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })

  it('that ended before its end, and left no pool', () => {
    const failure = { code: 'Sandbox.Timedout', message: 'too slow' }
    const { text } = drillFailedMessage(found.poolId, failure, { isGone: true, regions: [] }, place)
    expect(text).toContain('no scratch pool is left')
    expect(text).not.toContain('delete-user-pool')
  })

  it('before the first backup, which is no failure', () => {
    const told = nothingToDrillMessage(found.poolId, place)
    expect(told.level).toBe('info')
    expect(told.subject).toBe('Cognito Vault: no drill of eu-west-1_Ab12Cd34E yet, there is no backup')
    expect(told.text).toMatchInlineSnapshot(`
      "There is no snapshot of eu-west-1_Ab12Cd34E in the vault yet, so there was nothing to try. The next drill comes on its schedule.

      What to do:
        After the first backup, to try it at once: start the state machine of the drill by hand.

        Vault:     s3://bucket/vault
        Execution: arn:aws:states:eu-west-1:111122223333:execution:backup:1
      "
    `)
  })
})

describe('any message', () => {
  it('has a subject that SNS takes: ASCII, one line, at most a hundred characters', () => {
    const { subject } = message('info', `größer\n${'x'.repeat(200)}`, ['a'], place)
    expect(subject).toMatch(/^[\x20-\x7e]{100}$/)
  })

  it('is sent to those who want to hear of it', () => {
    const [info, error] = (['info', 'error'] as const).map((level) => message(level, 's', ['t'], place))
    expect([info, error].map((one) => isWanted(one!, 'ERRORS_ONLY'))).toEqual([false, true])
    expect([info, error].map((one) => isWanted(one!, 'INFO_AND_ERRORS'))).toEqual([true, true])
  })
})

describe('what a state machine caught', () => {
  it('is what the function threw, where it did', () => {
    const Cause = JSON.stringify({ errorType: 'LOCKED', errorMessage: 'it is locked\nhint: wait', trace: [] })
    expect(failureOf({ Error: 'LOCKED', Cause })).toEqual({
      code: 'LOCKED',
      message: 'it is locked',
      hint: 'wait',
    })
  })

  it.each([
    ['Sandbox.Timedout', { errorMessage: 'Task timed out', secret: 'x' }, 'not done in its time'],
    ['Runtime.OutOfMemory', { errorMessage: 'signal: killed' }, 'needed more memory than it has'],
    ['TypeError', { errorMessage: 'ann@example.com is not iterable' }, 'the step ended with TypeError'],
  ])('of %s has none of the words of others', (name, cause, words) => {
    const failure = failureOf({ Error: name, Cause: JSON.stringify(cause) })
    expect(failure.message).toContain(words)
    expect(JSON.stringify(failure)).not.toContain('ann@')
  })
})
