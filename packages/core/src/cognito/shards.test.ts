import { expect, it } from 'vitest'
import type { JsonObject } from '../model/canonical.js'
import type { CognitoApi } from './cognito-api.js'
import { findUser } from './shards.js'

function endpoint(...users: JsonObject[]): { api: CognitoApi; filters: unknown[] } {
  const filters: unknown[] = []
  const api: CognitoApi = {
    region: 'eu-west-1',
    serverTime: () => undefined,
    call: (_operation, input) => {
      filters.push(input['Filter'])
      return Promise.resolve({ Users: users })
    },
  }
  return { api, filters }
}

it('finds the user who has exactly the value before one whose value differs in case', async () => {
  const { api } = endpoint({ Username: 'bob' }, { Username: 'Bob' })
  expect(await findUser(api, 'p', 'username', 'Bob')).toEqual({ Username: 'Bob' })
  expect(await findUser(api, 'p', 'username', 'BOB')).toEqual({ Username: 'bob' })
})

it('finds nobody whose value is another, whatever the endpoint makes of the filter', async () => {
  const { api } = endpoint({ Username: 'bob', Attributes: [{ Name: 'email', Value: 'bob@example.com' }] })
  expect(await findUser(api, 'p', 'email', 'ann@example.com')).toBeUndefined()
})

it('asks for values with quotes and backslashes as they are', async () => {
  const { api, filters } = endpoint()
  await findUser(api, 'p', 'username', 'a"b\\c')
  expect(filters).toEqual(['username = "a\\"b\\\\c"'])
})
