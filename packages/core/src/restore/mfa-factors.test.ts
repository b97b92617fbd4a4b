import { expect, it } from 'vitest'
import { factorsAllowedBy } from './mfa-factors.js'

const all = {
  SmsMfaConfiguration: { SmsConfiguration: {} },
  EmailMfaConfiguration: { Message: 'm' },
  SoftwareTokenMfaConfiguration: { Enabled: true },
}
const passkeys = { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } } }

it.each<[mfa: object, pool: object, factors: string[]]>([
  [{}, {}, []],
  [{ ...all, MfaConfiguration: 'OFF' }, {}, []],
  [{ ...all, MfaConfiguration: 'OPTIONAL' }, {}, ['SMS_MFA', 'EMAIL_OTP', 'SOFTWARE_TOKEN_MFA']],
  [{ MfaConfiguration: 'ON', SoftwareTokenMfaConfiguration: { Enabled: false } }, {}, []],
  // Passkeys are a way to sign in whether or not there is MFA.
  [{ MfaConfiguration: 'OFF' }, passkeys, ['WEB_AUTHN']],
])('users may have turned on, with %j and %j: %j', (mfa, pool, factors) => {
  expect(factorsAllowedBy(mfa as never, pool as never)).toEqual(factors)
})
