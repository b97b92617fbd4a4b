import { expect, it } from 'vitest'
import { setOf } from '../../testing/resource-sets.js'
import { findReferences } from './find-references.js'
import { mapReference, mappingsByValue, parseMapping } from './mapping.js'
import { isUnplaced } from './placement.js'

const HOME = { region: 'eu-west-1', account: '111111111111' }
const PLACES = {
  'the same place': HOME,
  'another Region': { region: 'eu-central-1', account: '111111111111' },
  'another account': { region: 'eu-west-1', account: '222222222222' },
  'an account that nobody knows': { region: 'eu-west-1', account: undefined },
  'both others': { region: 'eu-central-1', account: '222222222222' },
}
const THING = 'arn:aws:lambda:eu-west-1:111111111111:function:f'

it.each<[value: string, unplacedIn: readonly (keyof typeof PLACES)[], ...map: string[]]>([
  [THING, ['another Region', 'another account', 'both others']],
  [THING, ['another account', 'both others'], 'eu-west-1=eu-central-1'],
  [THING, ['another Region', 'both others'], '111111111111=222222222222'],
  [THING, [], 'eu-west-1=eu-central-1', '111111111111=222222222222'],
  [THING, [], `${THING}=${THING}`],
  // A third account's or Region's is as reachable as it was.
  ['arn:aws:lambda:eu-west-1:333333333333:function:f', ['another Region', 'both others']],
  ['arn:aws:ses:us-east-1:111111111111:identity/x.example', ['another account', 'both others']],
  // Roles are of no Region; certificates of domains always of us-east-1.
  ['arn:aws:iam::111111111111:role/r', ['another account', 'both others']],
  ['arn:aws:acm:us-east-1:111111111111:certificate/c', ['another account', 'both others']],
  // A bucket's name does not say whose it is, and no mapping of an account can give another.
  ['arn:aws:s3:::logs', ['another account', 'both others'], '111111111111=222222222222'],
  ['arn:aws:s3:::logs', [], 'arn:aws:s3:::logs=arn:aws:s3:::logs'],
  ['eu-west-1', ['another Region', 'both others']],
  ['eu-west-3', []],
  ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab', []],
])('%s is of a place that is left behind in %j', (value, unplacedIn, ...map) => {
  const member = /^(arn|https):/.test(value) ? 'Member' : 'SnsRegion'
  const [reference] = findReferences(setOf(['pool', '', { [member]: value }]))
  const mappings = mappingsByValue(map.map(parseMapping))
  const found = Object.entries(PLACES).filter(([, to]) =>
    isUnplaced(mapReference(reference!, mappings, to), HOME, to),
  )
  expect(found.map(([place]) => place)).toEqual(unplacedIn)
})

it('certificates in us-east-1 stay there when a pool leaves us-east-1', () => {
  const [reference] = findReferences(
    setOf(['domain', 'd', { C: 'arn:aws:acm:us-east-1:111111111111:certificate/c' }]),
  )
  const from = { region: 'us-east-1', account: '111111111111' }
  const to = { region: 'eu-west-1', account: '111111111111' }
  expect(isUnplaced(mapReference(reference!, new Map(), to), from, to)).toBe(false)
})
