import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../model/canonical.js'
import { collect } from '../testing/collect.js'
import { type CognitoApi, CognitoError } from './cognito-api.js'
import { items, type Listing, pages } from './paginate.js'

const listing: Listing = {
  operation: 'ListGroups',
  input: { UserPoolId: 'p', Limit: 60 },
  items: 'Groups',
  token: 'NextToken',
}

/** An endpoint that answers by token; the first page's is ''. Keeps what it was asked. */
function endpoint(answer: (token: string, call: number) => JsonObject): {
  api: CognitoApi
  asked: JsonObject[]
} {
  const asked: JsonObject[] = []
  const api: CognitoApi = {
    region: 'eu-west-1',
    serverTime: () => undefined,
    call: (_operation, input) => {
      asked.push(input)
      const token = input['NextToken']
      return new Promise((resolve) => {
        resolve(answer(typeof token === 'string' ? token : '', asked.length))
      })
    },
  }
  return { api, asked }
}

const group = (name: string): JsonObject => ({ GroupName: name })

describe('a listing', () => {
  it('ends where no token remains, and not at an empty page', async () => {
    const { api, asked } = endpoint(
      (token) =>
        ({
          '': { Groups: [group('a')], NextToken: '1' },
          '1': { Groups: [], NextToken: '2' },
          '2': { NextToken: '3' },
          '3': { Groups: [group('b')], NextToken: '' },
        })[token]!,
    )
    expect(await collect(items(api, listing))).toEqual([group('a'), group('b')])
    expect(asked).toEqual([
      listing.input,
      ...['1', '2', '3'].map((NextToken) => ({ ...listing.input, NextToken })),
    ])
  })

  it('begins again when its token is refused, so that nothing is left out', async () => {
    const { api } = endpoint((token, call) => {
      if (call === 2) throw new CognitoError('ListGroups', 'InvalidParameterException', 'expired', 'refused')
      return token === '' ? { Groups: [group('a')], NextToken: '1' } : { Groups: [group('b')] }
    })
    expect(await collect(items(api, listing))).toEqual([group('a'), group('a'), group('b')])
  })

  it('does not begin again for ever', async () => {
    const refusal = new CognitoError('ListGroups', 'InvalidParameterException', 'expired', 'refused')
    const { api, asked } = endpoint((token) => {
      if (token !== '') throw refusal
      return { Groups: [group('a')], NextToken: '1' }
    })
    await expect(collect(pages(api, listing))).rejects.toBe(refusal)
    expect(asked.length).toBeLessThan(20)
  })

  it('takes the refusal of its first page as it is', async () => {
    const refusal = new CognitoError('ListGroups', 'InvalidParameterException', 'no', 'refused')
    const { api, asked } = endpoint(() => {
      throw refusal
    })
    await expect(collect(pages(api, listing))).rejects.toBe(refusal)
    expect(asked).toHaveLength(1)
  })

  it.each([1, 2, 3, 7, 50])('that goes round in a circle of %i pages is found out', async (length) => {
    const { api, asked } = endpoint((token) => ({
      Groups: [group(token)],
      // A while straight on, then round and round.
      NextToken: Number(token) < 10 + length ? String(Number(token) + 1) : '11',
    }))
    await expect(collect(pages(api, listing))).rejects.toMatchObject({ exception: 'ListingDoesNotAdvance' })
    expect(asked.length).toBeLessThan(10 + 4 * Math.max(length, 16))
  })

  it('may have ten thousand pages', async () => {
    const { api } = endpoint((token) => ({
      Groups: [group(token)],
      ...(Number(token) < 9_999 ? { NextToken: String(Number(token) + 1) } : {}),
    }))
    expect(await collect(pages(api, listing))).toHaveLength(10_000)
  })

  it.each<[string, JsonObject]>([
    ['nothing', {}],
    ['null', { Groups: null }],
    ['something else', { Groups: 'none' }],
    ['a list of something else', { Groups: [group('a'), null] }],
    ['a token that is no text', { Groups: [], NextToken: 1 }],
  ])('does not take %s for its end', async (_, answer) => {
    const { api } = endpoint(() => answer)
    await expect(collect(pages(api, listing))).rejects.toMatchObject({ exception: 'UnreadableAnswer' })
  })
})
