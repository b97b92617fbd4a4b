import { expect, test } from 'vitest'
import { openImportFile, readRow } from './csv-file.js'
import { isPasswordHash } from './password-hashes.js'

const columns = ['cognito:username', 'name']
const open = (text: string): ReturnType<typeof openImportFile> => openImportFile(Buffer.from(text), columns)

test('columns may come in any order, lines may end in either way', () => {
  expect(open('name,cognito:username\r\nAnn,ann\r\nBob,bob')).toEqual({
    columns: ['name', 'cognito:username'],
    rows: ['Ann,ann', 'Bob,bob'],
  })
  expect(open('cognito:username,name\n')).toEqual({ columns, rows: [] })
})

test.each([
  ['a byte order mark', '\uFEFFcognito:username,name\n'],
  ['a column too few', 'name\n'],
  ['a column too many', 'cognito:username,name,email\n'],
  ['a column twice', 'name,name\n'],
  ['quotes', '"cognito:username","name"\n'],
  ['too many users', `cognito:username,name\n${'\n'.repeat(500_001)}`],
])('refuses a file with %s', (_, text) => {
  expect(typeof open(text)).toBe('string')
})

test('refuses a file that is not UTF-8', () => {
  expect(typeof openImportFile(Uint8Array.of(0xff, 0xfe, 0x00), columns)).toBe('string')
})

test('a comma is escaped, blanks at the ends are lost, nothing is quoted', () => {
  expect(readRow(columns, 'ann, Ann \\, "the\\" first \\\\ ')).toEqual(
    new Map([
      ['cognito:username', 'ann'],
      ['name', 'Ann , "the\\" first \\\\'],
    ]),
  )
  expect(typeof readRow(columns, 'ann,Ann,first')).toBe('string')
  expect(typeof readRow(columns, `ann,${'x'.repeat(16_000)}`)).toBe('string')
})

const bcrypt = (cost: string): string => `$2b$${cost}$${'a'.repeat(53)}`

test.each([
  ['BCRYPT', bcrypt('12'), true],
  ['BCRYPT', bcrypt('13'), false],
  ['BCRYPT', 'secret', false],
  ['SCRYPT', '$scrypt$ln=16,r=8,p=1$c2FsdA$aGFzaA', true],
  ['SCRYPT', '$scrypt$ln=17,r=8,p=1$c2FsdA$aGFzaA', false],
  ['ARGON2ID', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA', true],
  ['ARGON2ID', '$argon2id$v=19$m=19456,t=3,p=1$c2FsdA$aGFzaA', false],
  ['PBKDF2_SHA256', '$pbkdf2-sha256$600000$c2FsdA$aGFzaA', true],
  ['PBKDF2_SHA256', '$pbkdf2-sha256$i=600001$c2FsdA$aGFzaA', false],
  ['PBKDF2_SHA256', bcrypt('10'), false],
])('%s takes %s: %s', (algorithm, hash, taken) => {
  expect(isPasswordHash(algorithm, hash)).toBe(taken)
})
