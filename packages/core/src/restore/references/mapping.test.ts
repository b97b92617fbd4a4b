import { describe, expect, it } from 'vitest'
import { setOf } from '../../testing/resource-sets.js'
import { formatArn, parseArn } from './arn.js'
import { findReferences } from './find-references.js'
import { type MappedReference, mapReference, mappingsByValue, parseMapping } from './mapping.js'

const TO = { region: 'eu-central-1', account: undefined }
const FUNCTION = 'arn:aws:lambda:eu-west-1:111111111111:function:claims'

function mapped(value: string, ...given: readonly string[]): MappedReference {
  const member = value.startsWith('arn:') || value.startsWith('https:') ? 'Member' : 'SnsRegion'
  const [reference] = findReferences(setOf(['pool', '', { [member]: value }]))
  return mapReference(reference!, mappingsByValue(given.map(parseMapping)), TO)
}

describe('a mapping', () => {
  it.each([
    [FUNCTION, ['eu-west-1=eu-central-1'], FUNCTION.replace('eu-west-1', 'eu-central-1')],
    [FUNCTION, ['111111111111=222222222222'], FUNCTION.replace('111111111111', '222222222222')],
    [FUNCTION, ['us-east-1=us-west-2'], FUNCTION],
    // The whole value goes first.
    [FUNCTION, ['eu-west-1=eu-central-1', `${FUNCTION}=${FUNCTION}`], FUNCTION],
    [
      'arn:aws:iam::111111111111:role/sms',
      ['111111111111=222222222222'],
      'arn:aws:iam::222222222222:role/sms',
    ],
    ['arn:aws:iam::111111111111:role/sms', ['eu-west-1=eu-central-1'], 'arn:aws:iam::111111111111:role/sms'],
    // What is in an account's or a Region's place alone, not what a name holds.
    [
      'arn:aws:lambda:eu-west-1:111111111111:function:eu-west-1-111111111111',
      ['eu-west-1=eu-central-1', '111111111111=222222222222'],
      'arn:aws:lambda:eu-central-1:222222222222:function:eu-west-1-111111111111',
    ],
    // Certificates of custom domains are in us-east-1, whatever the pool's Region.
    [
      'arn:aws:acm:us-east-1:111111111111:certificate/x',
      ['us-east-1=eu-west-1'],
      'arn:aws:acm:us-east-1:111111111111:certificate/x',
    ],
    [
      'arn:aws:acm:us-east-1:111111111111:certificate/x',
      ['111111111111=222222222222'],
      'arn:aws:acm:us-east-1:222222222222:certificate/x',
    ],
    ['eu-west-1', ['eu-west-1=eu-central-1'], 'eu-central-1'],
    [
      'arn:aws:sns:eu-west-1:111111111111:x',
      ['eu-west-1=us-gov-west-1'],
      'arn:aws-us-gov:sns:us-gov-west-1:111111111111:x',
    ],
    [
      'arn:aws:sns:eu-west-1:111111111111:x',
      ['eu-west-1=cn-north-1'],
      'arn:aws-cn:sns:cn-north-1:111111111111:x',
    ],
    [
      'arn:aws:s3:::logs',
      ['eu-west-1=eu-central-1', 'arn:aws:s3:::logs=arn:aws:s3:::other'],
      'arn:aws:s3:::other',
    ],
    // The id of another pool names its Region, so a Region alone would give an address of nothing.
    [
      'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab/.well-known/jwks.json',
      ['eu-west-1=eu-central-1'],
      'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab/.well-known/jwks.json',
    ],
    [
      'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab/.well-known/jwks.json',
      ['eu-west-1_Ab=eu-central-1_Cd'],
      'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Cd/.well-known/jwks.json',
    ],
  ])('makes of %s with %j %s', (value, given, becomes) => {
    expect(mapped(value, ...given).becomes).toBe(becomes)
  })

  it('says where a reference is as far as it speaks of it', () => {
    expect(mapped(FUNCTION, 'eu-west-1=eu-central-1').placed).toEqual({ region: true, account: false })
    expect(mapped(FUNCTION, '111111111111=111111111111').placed).toEqual({ region: false, account: true })
    expect(mapped(FUNCTION, `${FUNCTION}=${FUNCTION}`).placed).toEqual({ region: true, account: true })
    expect(
      mapped('arn:aws:acm:eu-west-1:111111111111:certificate/x', 'eu-west-1=eu-central-1').placed.region,
    ).toBe(false)
  })
})

describe('mappings that are refused', () => {
  const refused = (...given: readonly string[]): (() => unknown) => {
    return () => mappingsByValue(given.map(parseMapping))
  }

  it.each([
    ['nothing is mapped to', ['eu-west-1=']],
    ['nothing is mapped', ['=eu-west-1']],
    ['there is no equals sign', ['eu-west-1']],
    ['an ARN is mapped to a name', ['arn:aws:lambda:eu-west-1:111111111111:function:a=b']],
    ['an ARN is mapped to one of another service', [`${FUNCTION}=arn:aws:iam::111111111111:role/a`]],
    ['a Region is mapped to an account', ['eu-west-1=111111111111']],
    ['an account is mapped to what is none', ['111111111111=22222222222']],
    ['two contradict each other', ['eu-west-1=eu-west-2', 'eu-west-1=eu-west-3']],
  ])('because %s', (_, given) => {
    expect(refused(...given)).toThrow(expect.objectContaining({ code: 'USAGE' }))
  })

  it('do not hold one that is given twice', () => {
    expect(refused('eu-west-1=eu-west-2', 'eu-west-1=eu-west-2')).not.toThrow()
  })
})

it('divides two ARNs between them, though there are equals signs in them', () => {
  const identity = 'arn:aws:ses:eu-west-1:111111111111:identity/a=b@example.com'
  expect(parseMapping(`${identity}=${identity}`)).toEqual({ from: identity, to: identity })
})

it.each(['arn:aws:s3:::logs', FUNCTION, 'arn:aws:logs:eu-west-1:111111111111:log-group:/a/b:*'])(
  'reads and writes %s',
  (arn) => {
    expect(formatArn(parseArn(arn)!)).toBe(arn)
  },
)
