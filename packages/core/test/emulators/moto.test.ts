import { USERS } from './many-users.js'
import { describe, it } from 'vitest'
import { MOTO, startMoto } from './moto.js'
import { LACKING, roundTrip } from './round-trip.js'

const command = process.env[MOTO]

describe(`a round trip of ${USERS} users on moto`, () => {
  if (command === undefined) {
    it.skip(`${MOTO} does not name a moto_server`)
    return
  }
  const faults = {
    missing: [...LACKING, 'ListTagsForResource'],
    secret: { ClientSecret: 'abcdefghijklmnopqrstuvwxyz0123' },
    keepsClientSecrets: true,
    // UpdateUserPool puts everything that its request does not name back to defaults, what it cannot name included.
    differing: { pool: ['UsernameAttributes', 'AliasAttributes', 'UsernameConfiguration'] },
  }
  // It loses concurrent writes.
  roundTrip(() => startMoto(command), faults, 1)
})
