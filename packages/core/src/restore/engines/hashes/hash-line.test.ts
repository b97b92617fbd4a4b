import { describe, expect, it } from 'vitest'
import { CodedError } from '../../../model/errors.js'
import { parseHashLine } from './hash-line.js'

const bcrypt = (cost: string): string => `$2b$${cost}$${'a'.repeat(53)}`
const SALTED = 'c2FsdA$aGFzaA'

describe('a line of a file of hashes', () => {
  it.each([
    ['BCRYPT', bcrypt('12')],
    ['SCRYPT', `$scrypt$ln=16,r=8,p=1$${SALTED}`],
    ['ARGON2ID', `$argon2id$v=19$m=19456,t=2,p=1$${SALTED}`],
    ['PBKDF2_SHA256', `$pbkdf2-sha256$600000$${SALTED}`],
    ['PBKDF2_SHA256', `$pbkdf2-sha256$i=1000$${SALTED}`],
  ])('is a hash of %s at the most that the service takes', (algorithm, hash) => {
    const line = { username: 'ann', algorithm, hash }
    expect(parseHashLine(JSON.stringify(line), 1)).toEqual(line)
  })

  it.each<[string, object | string]>([
    ['cost of the hash is above 12', { username: 'ann', algorithm: 'BCRYPT', hash: bcrypt('13') }],
    [
      'ln of the hash is above 16',
      { sub: 's', algorithm: 'SCRYPT', hash: `$scrypt$ln=17,r=8,p=1$${SALTED}` },
    ],
    ['r of the hash is above 8', { sub: 's', algorithm: 'SCRYPT', hash: `$scrypt$ln=16,r=9,p=1$${SALTED}` }],
    ['p of the hash is above 1', { sub: 's', algorithm: 'SCRYPT', hash: `$scrypt$ln=16,r=8,p=2$${SALTED}` }],
    [
      'm of the hash is above',
      { sub: 's', algorithm: 'ARGON2ID', hash: `$argon2id$v=19$m=19457,t=2,p=1$${SALTED}` },
    ],
    [
      't of the hash is above 2',
      { sub: 's', algorithm: 'ARGON2ID', hash: `$argon2id$v=19$m=1,t=3,p=1$${SALTED}` },
    ],
    [
      'rounds of the hash is above',
      { sub: 's', algorithm: 'PBKDF2_SHA256', hash: `$pbkdf2-sha256$600001$${SALTED}` },
    ],
    ['not written as one of BCRYPT', { sub: 's', algorithm: 'BCRYPT', hash: 'correct horse' }],
    ['not written as one of BCRYPT', { sub: 's', algorithm: 'BCRYPT', hash: `${bcrypt('10')}\n` }],
    ['algorithm is missing', { sub: 's', algorithm: 'MD5', hash: 'correct horse' }],
    ['hash is missing', { sub: 's', algorithm: 'BCRYPT' }],
    ['neither by sub nor', { algorithm: 'BCRYPT', hash: bcrypt('10') }],
    ['or by both', { sub: 's', username: 'ann', algorithm: 'BCRYPT', hash: bcrypt('10') }],
    ['it is not JSON', 'ann,BCRYPT,correct horse'],
    ['not what it has to be', '[]'],
  ])('is refused: %s', (why, line) => {
    const text = typeof line === 'string' ? line : JSON.stringify(line)
    let error: unknown
    try {
      parseHashLine(text, 7)
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(CodedError)
    const { code, value, message, hint, stack, cause } = error as CodedError
    expect([code, value]).toEqual(['USAGE', 'line 7'])
    expect(message).toContain(why)
    // Nothing of the line is said.
    expect([message, hint, stack, cause].join(' ')).not.toMatch(/correct horse|c2FsdA|a{53}|ann/)
  })
})
