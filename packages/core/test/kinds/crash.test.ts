import { describe, expect, it } from 'vitest'
import { diff } from '../../src/actions/diff.js'
import { backUp } from '../support/backed-up.js'
import { DEATHS, dyingAtOperation } from '../support/dying-process.js'
import { type KindLab, openKindLab } from '../support/kind-lab.js'
import { restoreToTheEnd } from '../support/run-to-end.js'
import { PROTECTED } from '../support/small-pool.js'
import { points } from '../support/sweep.js'

const OPERATIONS = [
  'SetRiskConfiguration',
  'SetUserPoolSessionConfiguration',
  'SetUserPoolClientSessionConfiguration',
  'SetLogDeliveryConfiguration',
  'SetUICustomization',
  'CreateManagedLoginBranding',
  'UpdateManagedLoginBranding',
  'CreateTerms',
]

/** A pool whose clients have one of everything; the domain is to be freed before it is restored. */
async function openFullLab(): Promise<KindLab> {
  const lab = await openKindLab(PROTECTED)
  const ClientId = lab.clientId('web')
  lab.call('CreateUserPoolDomain', { Domain: 'shop-login' })
  const risk = { RiskExceptionConfiguration: { SkippedIPRangeList: ['192.0.2.0/24'] } }
  lab.call('SetRiskConfiguration', { ClientId, ...risk })
  const sessions = { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 3 } }
  lab.call('SetUserPoolSessionConfiguration', sessions)
  lab.call('SetUserPoolClientSessionConfiguration', { ClientId, SSOSession: { MaxValidityMinutes: 5 } })
  const bucket = { S3Configuration: { BucketArn: 'arn:aws:s3:::shop-events' } }
  const log = { LogLevel: 'INFO', EventSource: 'userAuthEvents', ...bucket }
  lab.call('SetLogDeliveryConfiguration', { LogConfigurations: [log] })
  lab.call('SetUICustomization', { ClientId, CSS: '', ImageFile: Buffer.from('image').toString('base64') })
  const [first, second] = ['FORM_LOGO', 'PAGE_BACKGROUND'].map((Category) => ({
    Category,
    ColorMode: 'LIGHT',
    Extension: 'PNG',
    Bytes: Buffer.alloc(900_000, 7).toString('base64'),
  }))
  const made = lab.call('CreateManagedLoginBranding', { ClientId, Assets: [first!] })
  const { ManagedLoginBrandingId } = made['ManagedLoginBranding'] as { ManagedLoginBrandingId: string }
  lab.call('UpdateManagedLoginBranding', { ManagedLoginBrandingId, Assets: [second!] })
  const terms = { TermsName: 'terms-of-use', TermsSource: 'LINK', Enforcement: 'NONE' }
  lab.call('CreateTerms', { ClientId, ...terms, Links: { 'cognito:default': 'https://shop.example.com' } })
  return lab
}

describe.each(DEATHS)('a restore into a new pool that dies %s', (death) => {
  const swept = points(DEATHS.indexOf(death), { from: 0, to: OPERATIONS.length - 1 })
  it.each([...swept].map((place) => OPERATIONS[place]!))(
    'at %s ends as if it had not',
    { timeout: 60_000 },
    async (operation) => {
      const lab = await openFullLab()
      try {
        const snapshot = await lab.take()
        lab.call('DeleteUserPoolDomain', { Domain: 'shop-login' })
        const request = { snapshot, target: { mode: 'new-pool', poolName: 'shop' } } as const
        const result = await restoreToTheEnd(lab, lab.store, dyingAtOperation(operation, death), request)
        expect(result!.failed).toEqual([])
        const again = await backUp(lab.context, result!.poolId)
        expect(await diff(lab.context, snapshot, again.id)).toMatchObject({ same: true })
        expect(lab.simulator.inspect.poolIds()).toHaveLength(2)
      } finally {
        await lab.close()
      }
    },
  )
})
