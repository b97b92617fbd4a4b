import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../model/canonical.js'
import { bodyWithArns, SHAPES_WITH_ARNS } from '../../testing/api-shapes.js'
import { setOf } from '../../testing/resource-sets.js'
import { findReferences } from './find-references.js'
import { memberText } from './reference.js'

const ROLE = 'arn:aws:iam::123456789012:role/admins'
const valuesIn = (kind: string, name: string, body: JsonObject): string[] =>
  findReferences(setOf([kind, name, body])).map(({ value }) => value)

describe('the references of a pool', () => {
  it('are the ARNs in every member of the API that takes one, of whatever service', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-z][a-z0-9-]{1,12}$/), { minLength: 1 }), (services) => {
        for (const [kind, shape] of Object.entries(SHAPES_WITH_ARNS)) {
          let at = 0
          const { body, arns } = bodyWithArns(shape, () => services[at++ % services.length]!)
          if (kind === 'mfa') body['MfaConfiguration'] = 'ON'
          const own = kind === 'pool' ? [body['Arn']] : []
          expect(arns.length).toBeGreaterThan(own.length)
          const found = valuesIn(kind, 'name', body)
          const arnsFound = found.filter((value) => value.startsWith('arn:'))
          expect(arnsFound.sort()).toEqual(arns.filter((arn) => !own.includes(arn)).sort())
        }
      }),
      { numRuns: 50 },
    )
  })

  it('are found in members that nobody knows yet, at any depth', () => {
    const body = { GroupName: 'a', NewMember: { list: [{ deep: ROLE }] } }
    const [found] = findReferences(setOf(['group', 'a', body]))
    expect(found).toMatchObject({ kind: 'group', name: 'a', value: ROLE, service: 'iam', region: '' })
    expect(memberText(found!.path)).toBe('NewMember.list[0].deep')
  })

  it.each<[what: string, kind: string, body: JsonObject]>([
    ['the pool’s own ARN', 'pool', { Arn: ROLE, Other: ROLE }],
    ['a tag', 'tags', { Tags: { owner: ROLE } }],
    ['a text with an ARN in it', 'group', { Description: `see ${ROLE}` }],
    ['the Region of a replica', 'replica', { RegionName: 'eu-central-1' }],
    ['an address outside AWS', 'client', { CallbackURLs: ['https://shop.example.com/eu-west-1'] }],
    ['an address of AWS in no Region', 'client', { LogoutURLs: ['https://www.amazonaws.com/'] }],
  ])('do not hold %s', (_, kind, body) => {
    expect(valuesIn(kind, 'name', body)).toEqual([])
  })

  it.each([
    ['region', 'eu-west-1', { SmsConfiguration: { SnsRegion: 'eu-west-1' } }],
    ['region', 'eu-west-1', { SmsConfiguration: { EumsSms: { Region: 'eu-west-1' } } }],
    ['external-id', 'shop-1', { SmsConfiguration: { ExternalId: 'shop-1' } }],
    ['ses', 'no-reply@example.com', { EmailConfiguration: { From: 'no-reply@example.com' } }],
    ['ses', 'mails', { EmailConfiguration: { ConfigurationSet: 'mails' } }],
    ['kms', 'alias/codes', { LambdaConfig: { KMSKeyID: 'alias/codes' } }],
    [
      'url',
      'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab',
      { X: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab' },
    ],
    ['url', 'https://abc.lambda-url.eu-west-1.on.aws/', { X: 'https://abc.lambda-url.eu-west-1.on.aws/' }],
    [
      'url',
      'https://shop.auth.eu-west-1.amazoncognito.com',
      { X: 'https://shop.auth.eu-west-1.amazoncognito.com' },
    ],
  ])('hold what is named without an ARN: %s %s', (service, value, body) => {
    expect(findReferences(setOf(['pool', '', body as JsonObject]))).toMatchObject([{ service, value }])
  })
})
