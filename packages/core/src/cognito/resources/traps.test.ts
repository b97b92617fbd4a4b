import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../model/canonical.js'
import { clientKind } from './client.js'
import { domainKind } from './domain.js'
import { identityProviderKind } from './identity-provider.js'
import { mfaKind } from './mfa.js'
import { finishPool, poolKind } from './pool.js'
import type { FoundResource } from './resource-kind.js'
import { tagsKind } from './tags.js'

const found = (body: JsonObject): FoundResource => ({ name: '', body })

const intoNewPool = { lives: false, noWidening: false }

describe('MFA', () => {
  const TOTP = { SoftwareTokenMfaConfiguration: { Enabled: true } }
  const SMS = { SmsMfaConfiguration: { SmsConfiguration: { SnsCallerArn: 'arn' } } }
  const PASSKEYS = { WebAuthnConfiguration: { UserVerification: 'required' } }
  const OFF = { MfaConfiguration: 'OFF' }
  const OPTIONAL = { MfaConfiguration: 'OPTIONAL' }

  it('that is off is set without the factors that are shown, which would be refused, and with passkeys', () => {
    const [create] = mfaKind.create(found({ ...OFF, ...TOTP, ...SMS, ...PASSKEYS }), intoNewPool)
    expect(create?.input).toEqual({ UserPoolId: { $ref: 'pool' }, ...OFF, ...PASSKEYS })
    expect(mfaKind.updateRequest({ ...OFF, ...TOTP, ...PASSKEYS })).toEqual({ ...OFF, ...PASSKEYS })
  })

  it('is turned on with all its factors, those too that were shown while it was off', () => {
    const [update] = mfaKind.update(found({ ...OPTIONAL, ...TOTP, ...SMS }), found({ ...OFF, ...SMS }))
    expect(update?.patch).toEqual({ ...OPTIONAL, ...TOTP, ...SMS })
  })

  it('is turned off without its factors, and that widens', () => {
    const [update] = mfaKind.update(found({ ...OFF, ...SMS }), found({ ...OPTIONAL, ...TOTP, ...SMS }))
    expect(update).toMatchObject({
      patch: { ...OFF, SoftwareTokenMfaConfiguration: null, SmsMfaConfiguration: null },
      widens: 'looser-mfa',
    })
  })

  it('is never made required on a pool that lives', () => {
    const required = found({ MfaConfiguration: 'ON', ...TOTP })
    expect(
      mfaKind.update(required, found({ ...OFF, SoftwareTokenMfaConfiguration: { Enabled: false } })),
    ).toEqual([])
    expect(mfaKind.update(required, found({ ...SMS }))[0]?.patch).not.toHaveProperty('MfaConfiguration')
    const [update] = mfaKind.update(required, found({ ...OPTIONAL, ...SMS }))
    expect(update?.patch).toEqual({ ...TOTP, SmsMfaConfiguration: null })
  })
})

describe('Sign in with Apple', () => {
  const apple = (details: JsonObject, more: JsonObject = {}): FoundResource =>
    found({
      ProviderName: 'SignInWithApple',
      ProviderType: 'SignInWithApple',
      ProviderDetails: details,
      ...more,
    })

  it('keeps its private key, because what is sent without it would replace it', () => {
    const current = apple({ client_id: 'a' }, { AttributeMapping: { email: 'email' } })
    const [update] = identityProviderKind.update(apple({ client_id: 'b' }, { AttributeMapping: {} }), current)
    expect(update?.patch).toEqual({ AttributeMapping: {} })
    expect(identityProviderKind.updateRequest(current.body)).toEqual({ AttributeMapping: { email: 'email' } })
  })

  it('is different all the same when its details are', () => {
    const settable = (details: JsonObject): JsonObject => identityProviderKind.settable(apple(details).body)
    expect(settable({ client_id: 'a' })).not.toEqual(settable({ client_id: 'b' }))
  })
})

describe('a client', () => {
  const ClientSecret = 'abcdefghijklmnopqrstuvwxyz'

  it('of a pool that nobody uses yet has its secret, though nothing may be widened', () => {
    const [create] = clientKind.create(found({ ClientSecret }), { lives: false, noWidening: true })
    expect(create).toMatchObject({ input: { ClientSecret } })
    expect(create).not.toHaveProperty('widens')
  })
})

describe('a pool', () => {
  const attribute = (i: number): JsonObject => ({ Name: `custom:a${i}`, AttributeDataType: 'String' })
  const schema = (count: number): FoundResource =>
    found({ SchemaAttributes: Array.from({ length: count }, (_, i) => attribute(i)) })

  it('is given new attributes by as many as a call takes', () => {
    const sent = poolKind
      .update(schema(50), schema(0))
      .map(({ input }) => input['CustomAttributes'] as JsonObject[])
    expect(sent.map((attributes) => attributes.length)).toEqual([25, 25])
    expect(sent.flat().map(({ Name }) => Name)).toEqual(Array.from({ length: 50 }, (_, i) => `a${i}`))
  })

  it('has the validity of temporary passwords said once, wherever it was said', () => {
    const AdminCreateUserConfig = { AllowAdminCreateUserOnly: true, UnusedAccountValidityDays: 3 }
    const Policies = { PasswordPolicy: { TemporaryPasswordValidityDays: 3 } }
    expect(poolKind.updateRequest({ AdminCreateUserConfig, Policies })).toEqual({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Policies,
    })
    expect(poolKind.updateRequest({ AdminCreateUserConfig })).toEqual({ AdminCreateUserConfig })
  })

  it('does not have the registration of clients turned on by a description that does not say so', () => {
    expect(poolKind.updateRequest({ DcrConfiguration: { Scopes: [] } })).toEqual({})
    const said = { DcrConfiguration: { EnableStatus: 'Disabled' } }
    expect(poolKind.updateRequest(said)).toEqual(said)
  })

  it('is never given the tags that only AWS may write', () => {
    const tags = { team: 'identity', 'aws:cloudformation:stack-name': 'shop' }
    const own = { team: 'identity' }
    expect(poolKind.updateRequest({ UserPoolTags: tags })).toEqual({ UserPoolTags: own })
    expect(finishPool({}, tags)[0]?.patch).toEqual({ UserPoolTags: own })
    expect(tagsKind.create(found({ Tags: tags }), intoNewPool)[0]?.input['Tags']).toEqual(own)
    expect(tagsKind.update(found({ Tags: tags }), found({ Tags: own }))).toEqual([])
    expect(tagsKind.settable({ Tags: tags })).toEqual({ Tags: own })
    expect(tagsKind.normalise({ Tags: tags })).toEqual({ Tags: tags })
  })

  it('does not have the tag of a run that is under way in its snapshot', () => {
    expect(tagsKind.normalise({ Tags: { 'cognito-vault:run': 'run-1', team: 'a' } })).toEqual({
      Tags: { team: 'a' },
    })
  })
})

describe('a domain', () => {
  it('is made without the empty structures that the service shows, and with what is empty and nobody knows', () => {
    const shown = { Domain: 'shop', CustomDomainConfig: {}, Routing: {}, FutureList: [], FutureSetting: {} }
    const [create] = domainKind.create(found(shown), intoNewPool)
    expect(create?.input).toEqual({
      UserPoolId: { $ref: 'pool' },
      Domain: 'shop',
      FutureList: [],
      FutureSetting: {},
    })
  })
})
