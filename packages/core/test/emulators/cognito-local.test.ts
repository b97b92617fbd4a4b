import { describe } from 'vitest'
import { USERS } from './many-users.js'
import { startCognitoLocal } from './cognito-local.js'
import { LACKING, roundTrip } from './round-trip.js'

describe(`a round trip of ${USERS} users on cognito-local`, () => {
  const faults = {
    missing: [
      ...LACKING,
      'ListIdentityPools',
      'ListIdentityProviders',
      'ListResourceServers',
      'ListTagsForResource',
    ],
    secret: { GenerateSecret: true },
    keepsClientSecrets: false,
    differing: {},
  }
  roundTrip(startCognitoLocal, faults, 16)
})
