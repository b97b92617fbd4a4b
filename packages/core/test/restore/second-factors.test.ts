import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backup, type SnapshotReport } from '../../src/actions/backup.js'
import { diff, diffLive } from '../../src/actions/diff.js'
import type { RestoreRequest } from '../../src/actions/restore-request.js'
import { restore, type RestoreResult } from '../../src/actions/restore.js'
import { undo } from '../../src/actions/undo.js'
import { verify } from '../../src/actions/verify.js'
import type { CognitoContext } from '../../src/actions/context.js'
import type { ObjectStore } from '../../src/storage/object-store.js'
import { segmentKey } from '../../src/vault/object-keys.js'
import { findSnapshot } from '../../src/vault/find-snapshot.js'
import { openVault } from '../../src/vault/vault.js'
import { promised, type Said, shown } from '../properties/promised-differences.js'
import { DEATHS, dyingAtCall, dyingAtOperation } from '../support/dying-process.js'
import { type Lab, openLab } from '../support/lab.js'
import { linesUnder } from '../support/report-lines.js'
import { restoreToTheEnd, yes } from '../support/run-to-end.js'

const agree = (): Promise<boolean> => Promise.resolve(true)
const newPool = { snapshot: 'latest', target: { mode: 'new-pool', poolName: 'shop' } } as const
const inPlace = { snapshot: 'latest', target: { mode: 'in-place' }, mfa: agree } as const
const off = { Enabled: false, PreferredMfa: false }

let lab: Lab
let poolId: string

/** A pool that offers SMS, email, apps and passkeys, and people with each. */
function seedPool(): string {
  const { seed } = lab.simulator
  const UserPoolId = seed.pool({
    PoolName: 'shop',
    SmsConfiguration: { SnsCallerArn: 'arn:aws:iam::123456789012:role/sns', ExternalId: 'shop' },
    EmailConfiguration: {
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/example.com',
    },
    AutoVerifiedAttributes: ['email'],
    Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
  })
  seed.call('SetUserPoolMfaConfig', {
    UserPoolId,
    MfaConfiguration: 'OPTIONAL',
    SmsMfaConfiguration: {},
    EmailMfaConfiguration: {},
    SoftwareTokenMfaConfiguration: { Enabled: true },
  })
  const reachable = (name: string, number: number): Record<string, string> => ({
    email: `${name}@example.com`,
    email_verified: 'true',
    phone_number: `+1555010${number}`,
    phone_number_verified: 'true',
  })
  seed.users(UserPoolId, [
    { username: 'sue', attributes: reachable('sue', 1), mfa: ['SMS_MFA'] },
    { username: 'eve', attributes: reachable('eve', 2), mfa: ['EMAIL_OTP', 'SMS_MFA'] },
    {
      username: 'tom',
      attributes: reachable('tom', 3),
      mfa: ['SOFTWARE_TOKEN_MFA', 'SMS_MFA'],
      enabled: false,
    },
    { username: 'pia', attributes: reachable('pia', 4), passkey: true },
    { username: 'non', attributes: reachable('non', 5) },
    { username: 'ann', attributes: reachable('ann', 6), status: 'UNCONFIRMED' },
    { username: 'Corp_fed', attributes: { email: 'fed@example.com' }, status: 'EXTERNAL_PROVIDER' },
  ])
  return UserPoolId
}

async function capture(context: CognitoContext = lab.context, pool = poolId): Promise<SnapshotReport> {
  const { snapshots, failures } = await backup(context, [pool], { mfa: agree })
  if (failures[0] !== undefined) throw failures[0].error
  return snapshots[0]!
}

async function plain(): Promise<SnapshotReport> {
  return (await backup(lab.context, [poolId])).snapshots[0]!
}

function factors(pool = poolId): Record<string, [readonly string[], string | undefined]> {
  return Object.fromEntries(
    lab.simulator.inspect
      .pool(pool)
      .users.map(({ username, mfa, preferredMfa }) => [username, [[...mfa].sort(), preferredMfa]]),
  )
}

async function said(store: ObjectStore, runId: string): Promise<Said[]> {
  return (await linesUnder(store, `restores/${runId}/fidelity/`)) as unknown as Said[]
}

async function restored(request: RestoreRequest, context = lab.context): Promise<RestoreResult> {
  return (await restore(context, request, yes))!
}

beforeEach(async () => {
  lab = await openLab({ pages: 'full' })
  poolId = seedPool()
  lab.simulator.ledger.clear()
})
afterEach(() => lab.close())

describe('a capture of second factors', () => {
  it('asks for the price first, and for each user who may have a factor once; nothing else differs', async () => {
    const before = await plain()
    expect(lab.simulator.ledger.mau.count()).toBe(0)
    const prices: unknown[] = []
    const { snapshots } = await backup(lab.context, [poolId], {
      mfa: (price) => {
        expect(lab.simulator.ledger.mau.count()).toBe(0)
        prices.push(price)
        return Promise.resolve(true)
      },
    })
    expect(prices).toEqual([{ poolId, users: 7, tier: 'ESSENTIALS' }])
    expect(snapshots[0]).toMatchObject({
      complete: true,
      mau: 5,
      counts: { users: 7, usersWithMfa: 4 },
      requests: { AdminGetUser: 5, AdminGetUserAuthFactors: 5 },
    })
    expect(lab.simulator.ledger.mau.count(poolId)).toBe(5)
    // The users' stream is the very same, with and without.
    expect(await diff(lab.context, before.id, snapshots[0]!.id)).toMatchObject({
      same: true,
      withoutMfa: before.id,
    })
    expect(await verify(lab.context)).toMatchObject({ ok: true, snapshots: 2 })
    const store = await lab.copyOfStore()
    const { manifest } = await findSnapshot(await openVault(store), snapshots[0]!.id)
    await store.delete(segmentKey(poolId, manifest.streams.mfa!.root))
    const { damage } = await verify(lab.again({ store }))
    expect(damage.map((one) => one.snapshots)).toEqual([[manifest.snapshot]])
    // Of what has not changed nothing is stored again, whatever lies between.
    await plain()
    expect((await capture()).bytesStored).toBe(0)
  })

  it('that is refused reads nobody and stores nothing', async () => {
    lab.simulator.ledger.clear()
    const { snapshots, failures } = await backup(lab.context, [poolId], { mfa: () => Promise.resolve(false) })
    expect([snapshots, failures[0]?.error.code]).toEqual([[], 'CONFIRMATION_NEEDED'])
    expect(lab.simulator.ledger.requests.all()).toEqual({ DescribeUserPool: 1 })
  })

  it.each([true, false])(
    'asks again, the users counted, where there are more than the service had estimated: %s',
    async (second) => {
      for (const Username of ['new-1', 'new-2'])
        lab.simulator.seed.call('AdminCreateUser', {
          UserPoolId: poolId,
          Username,
          UserAttributes: [{ Name: 'email', Value: `${Username}@example.com` }],
          MessageAction: 'SUPPRESS',
        })
      lab.simulator.ledger.clear()
      const asked: number[] = []
      const { snapshots, failures } = await backup(lab.context, [poolId], {
        mfa: ({ users, isCounted }) => {
          asked.push(users)
          return Promise.resolve(isCounted === true ? second : true)
        },
      })
      expect(asked).toEqual([7, 9])
      expect(lab.simulator.ledger.requests.count('AdminGetUser') > 0).toBe(second)
      expect([snapshots.length, failures[0]?.error.code]).toEqual(
        second ? [1, undefined] : [0, 'CONFIRMATION_NEEDED'],
      )
    },
  )

  it.each(['AdminGetUser', 'AdminGetUserAuthFactors'])(
    'that %s is denied to is incomplete, and asks hardly anybody',
    async (operation) => {
      lab.simulator.seed.users(poolId, 100)
      lab.simulator.faults.add({ operation, kind: 'error', code: 'AccessDeniedException' })
      const { complete, missing, mau } = await capture()
      expect(complete).toBe(false)
      expect(missing).toEqual([
        {
          resource: 'second factors of users',
          operation,
          reason: `access denied: the caller needs cognito-idp:${operation}`,
        },
      ])
      expect(mau).toBeLessThan(30)
    },
  )
})

describe('a restore into a new pool', () => {
  it('puts SMS and email back, says who has to enrol again, and a comparison shows just that', async () => {
    const { id } = await capture()
    lab.simulator.ledger.clear()
    const result = await restored({ ...newPool, snapshot: id })
    expect(result.failed).toEqual([])
    expect(factors(result.poolId)).toEqual({
      sue: [['SMS_MFA'], 'SMS_MFA'],
      eve: [['EMAIL_OTP', 'SMS_MFA'], 'EMAIL_OTP'],
      tom: [['SMS_MFA'], undefined],
      pia: [[], undefined],
      non: [[], undefined],
    })
    const ofUsers = await said(lab.store, result.runId)
    const again = ofUsers.flatMap(({ notes }) => notes).filter(({ code }) => code === 'mfa-enrol-again')
    expect(again.map(({ detail }) => detail).sort()).toEqual(['SOFTWARE_TOKEN_MFA (preferred)', 'WEB_AUTHN'])
    expect(result.notes).toMatchObject({ 'mfa-enrol-again': 2 })
    expect(result.notes).not.toHaveProperty('mfa-not-known')
    expect([result.mau, lab.simulator.ledger.mau.count(result.poolId)]).toEqual([5, 5])
    expect(lab.simulator.ledger.messages.all()).toEqual([])
    expect(lab.simulator.ledger.requests.count('AdminGetUser')).toBe(0)

    const after = await capture(lab.context, result.poolId)
    const identities = await linesUnder(lab.store, `restores/${result.runId}/identity-map/`)
    const ids = new Map(identities.map(({ old, new: now }) => [String(old), String(now)]))
    expect(shown(await diff(lab.context, id, after.id), ids)).toEqual(promised(ofUsers).sort())
  })

  it('from a snapshot without them says that they are not known', async () => {
    const { id } = await plain()
    const { notes, done } = await restored({ ...newPool, snapshot: id })
    expect(notes).toMatchObject({ 'mfa-not-known': 5 })
    expect(done).not.toHaveProperty('AdminSetUserMFAPreference')
  })

  it.each(DEATHS)('ends in the same factors when it dies at any call that sets them, %s', async (death) => {
    await capture()
    const immortal = dyingAtCall(0, death)
    await restoreToTheEnd(lab, await lab.copyOfStore(), immortal, newPool)
    const [, undisturbed] = lab.simulator.inspect.poolIds()
    const expected = factors(undisturbed)
    for (const [at, operation] of immortal.calls.entries()) {
      if (operation !== 'AdminSetUserMFAPreference') continue
      const known = new Set(lab.simulator.inspect.poolIds())
      const resumed = await restoreToTheEnd(lab, await lab.copyOfStore(), dyingAtCall(at + 1, death), newPool)
      expect(resumed?.failed).toEqual([])
      const made = lab.simulator.inspect.poolIds().filter((id) => !known.has(id))
      expect(made).toHaveLength(1)
      expect(factors(made[0])).toEqual(expected)
    }
  })
})

describe('a repair in place', () => {
  /** A bad script. */
  function turnAllOff(): void {
    for (const Username of ['sue', 'eve'])
      lab.simulator.seed.call('AdminSetUserMFAPreference', {
        UserPoolId: poolId,
        Username,
        SMSMfaSettings: off,
        EmailMfaSettings: off,
      })
  }

  it('puts back what a script turned off, as the plan said, and is taken back', async () => {
    const { id } = await capture()
    const before = factors()
    turnAllOff()
    const damaged = factors()
    const { runId, failed, plan, done, mau, mauRead } = await restored({ ...inPlace, snapshot: id })
    // Whom the look at the pool before made active is told beside those whom the plan does.
    expect(mauRead).toBe(5)
    expect(failed).toEqual([])
    expect([plan['AdminSetUserMFAPreference'], done['AdminSetUserMFAPreference'], mau]).toEqual([2, 2, 2])
    expect(factors()).toEqual(before)
    // Taking it back asks for nobody's factors beforehand: what the run wrote is known.
    lab.simulator.ledger.clear()
    const undone = await undo(lab.context, runId, {}, (planned) => {
      expect(planned.header.summary.widening['looser-mfa']).toBe(2)
      expect(lab.simulator.ledger.requests.count('AdminGetUser')).toBe(0)
      return yes()
    })
    expect(undone?.failed).toEqual([])
    expect(factors()).toEqual(damaged)
    const kept = await undo(lab.again({}), undone!.runId, { noWidening: true }, yes)
    expect(kept?.failed).toEqual([])
    expect(factors()).toEqual(before)
  })

  it('that dies around the call that sets them ends in the same factors', async () => {
    await capture()
    const before = factors()
    for (const death of DEATHS) {
      turnAllOff()
      const process = dyingAtOperation('AdminSetUserMFAPreference', death)
      const resumed = await restoreToTheEnd(lab, await lab.copyOfStore(), process, inPlace)
      expect(resumed?.failed).toEqual([])
      expect(factors()).toEqual(before)
    }
  })

  it('leaves what a user has set since the plan was made', async () => {
    const { id } = await capture()
    turnAllOff()
    const result = (await restore(lab.context, { ...inPlace, snapshot: id }, async () => {
      lab.simulator.seed.call('AdminSetUserMFAPreference', {
        UserPoolId: poolId,
        Username: 'eve',
        EmailMfaSettings: { Enabled: true },
      })
      return yes()
    }))!
    expect(result.failed.map(({ operation, outcome }) => [operation, outcome])).toEqual([
      ['AdminSetUserMFAPreference', 'drifted'],
    ])
    expect(factors()).toMatchObject({ sue: [['SMS_MFA'], 'SMS_MFA'], eve: [['EMAIL_OTP'], undefined] })
  })

  it('asks for nobody without the option, and with it only where something could come of it', async () => {
    const { id } = await capture()
    const { id: without } = await plain()
    turnAllOff()
    const damaged = factors()
    lab.simulator.ledger.clear()
    await restored({ snapshot: id, target: { mode: 'in-place' } })
    await diffLive(lab.context, id)
    expect(lab.simulator.ledger.requests.count('AdminGetUser')).toBe(0)
    expect(factors()).toEqual(damaged)
    const refusal = async (request: RestoreRequest): Promise<unknown> =>
      restored(request).catch((error: unknown) => (error as { code: string }).code)
    expect(await refusal({ ...inPlace, snapshot: without })).toBe('USAGE')
    expect(await refusal({ ...newPool, snapshot: id, mfa: agree })).toBe('USAGE')
    expect(await refusal({ ...inPlace, snapshot: id, mfa: () => Promise.resolve(false) })).toBe(
      'CONFIRMATION_NEEDED',
    )
    expect(lab.simulator.ledger.requests.count('AdminGetUser')).toBe(0)
  })

  it('of some attributes leaves second factors alone', async () => {
    const { id } = await capture()
    turnAllOff()
    const damaged = factors()
    const { notes } = await restored({ ...inPlace, snapshot: id, scope: { attributes: ['email'] } })
    expect(factors()).toEqual(damaged)
    expect(notes).toEqual({})
  })
})
