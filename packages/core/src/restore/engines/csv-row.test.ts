import { describe, expect, it } from 'vitest'
import { csvBirthdate, csvHeader, csvLine, csvObstacle, csvUserOf, type CsvUser } from './csv-row.js'

const user = (attributes: Record<string, string> = {}, login = 'ann'): CsvUser => ({
  login,
  attributes: new Map(Object.entries(attributes)),
})

const COLUMNS = [
  'name',
  'birthdate',
  'address',
  'updated_at',
  'custom:plan',
  'cognito:mfa_enabled',
  'cognito:username',
]

describe('a line of an import file', () => {
  it.each<[what: string, attributes: Record<string, string>, line: string]>([
    ['has all columns, in their order', { 'custom:plan': 'gold', name: 'Ann' }, 'Ann,,,,gold,,ann'],
    [
      'has a backslash before each comma within a value',
      { address: '1 Road, Town, 12' },
      ',,1 Road\\, Town\\, 12,,,,ann',
    ],
    ['quotes nothing', { name: 'Ann "the first"' }, 'Ann "the first",,,,,,ann'],
    ['has birthdates as American dates', { birthdate: '1985-02-01' }, ',02/01/1985,,,,,ann'],
    ['has seconds as they are', { updated_at: '1471453471' }, ',,,1471453471,,,ann'],
    ['has text of every script', { name: 'Zoë 𝒵 名前' }, 'Zoë 𝒵 名前,,,,,,ann'],
  ])('%s', (_, attributes, line) => {
    expect(csvLine(COLUMNS, user(attributes))).toBe(line)
  })

  it('has a hash in its column, where there is one', () => {
    expect(
      csvLine(['password_hash', 'cognito:username'], user(), '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA'),
    ).toBe('$argon2id$v=19$m=19456\\,t=2\\,p=1$c2FsdA$aGFzaA,ann')
  })

  it('comes below the names of the columns', () => {
    expect(csvHeader(['name', 'cognito:username'])).toBe('name,cognito:username')
  })
})

describe('what a line cannot carry', () => {
  it.each<[string | undefined, Record<string, string>, string?]>([
    [undefined, { name: 'Ann', birthdate: '1985-12-31', updated_at: '0', 'custom:plan': '"a", b' }],
    [undefined, {}, '+4912345'],
    ['space-in-username', {}, 'ann lee'],
    ['space-in-username', {}, 'ann\u00a0lee'],
    ['space-in-username', {}, ''],
    ['newline', { name: 'a\nb' }],
    ['newline', { name: 'a\rb' }],
    ['newline', { name: 'a\u2028b' }],
    ['outer-space', { name: ' a' }],
    ['outer-space', { name: 'a\t' }],
    ['backslash', { name: 'a\\' }],
    ['backslash', { name: 'a\\,b' }],
    ['empty-value', { name: '' }],
    ['not-unicode', { name: 'a\ud800' }],
    ['birthdate', { birthdate: '02/01/1985' }],
    ['birthdate', { birthdate: '1985-13-01' }],
    ['updated-at', { updated_at: '2026-01-01' }],
    ['no-column', { 'custom:colour': 'red' }],
    ['too-long', { name: 'a'.repeat(15_995) }],
    // A comma takes two characters.
    ['too-long', { name: ','.repeat(8_000) }],
  ])('%s (%#)', (obstacle, attributes, login = 'ann') => {
    expect(csvObstacle(user(attributes, login), new Set(COLUMNS))).toBe(obstacle)
  })

  it('and the longest that it can', () => {
    const overhead = csvLine(COLUMNS, user({ name: '' })).length
    const longest = 'a'.repeat(16_000 - overhead)
    const columns = new Set(COLUMNS.filter((name) => !name.startsWith('cognito:')))
    expect(csvObstacle(user({ name: longest }), columns)).toBeUndefined()
    expect(csvObstacle(user({ name: `${longest}a` }), columns)).toBe('too-long')
  })
})

it.each([
  ['1985-02-01', '02/01/1985'],
  ['85-02-01', undefined],
  ['1985-02-32', undefined],
  ['', undefined],
])('the birthdate %s is %s', (date, written) => {
  expect(csvBirthdate(date)).toBe(written)
})

it('a row is the user of the request that the API would make', () => {
  const UserAttributes = [{ Name: 'email', Value: 'ann@example.com' }]
  expect(csvUserOf({ Username: 'ann', UserAttributes })).toEqual(user({ email: 'ann@example.com' }))
})
