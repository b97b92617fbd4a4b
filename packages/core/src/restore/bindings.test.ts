import { describe, expect, it } from 'vitest'
import { named, ref } from '../cognito/operation.js'
import { type Bindings, createBindings, type GivenBindings, resolve } from './bindings.js'

let passwords = 0
const bindings = (more: Partial<GivenBindings> = {}): Bindings =>
  createBindings({
    runId: 'run-1',
    pool: undefined,
    poolName: undefined,
    newPassword: () => `password ${++passwords}`,
    ...more,
  })

describe('what a plan may refer to', () => {
  it('is what the run was given', () => {
    const given = bindings({ pool: { id: 'pool-1', arn: 'arn:1' }, poolName: 'shop' })
    expect(['run', 'pool', 'poolArn', 'poolName'].map((name) => given.get(name))).toEqual([
      'run-1',
      'pool-1',
      'arn:1',
      'shop',
    ])
    expect(['pool', 'poolArn', 'poolName'].map((name) => bindings().get(name))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('is a password that is another each time, and a name that only the run uses', () => {
    const given = bindings()
    expect(given.get('random-password')).not.toBe(given.get('random-password'))
    expect(given.get('temporary-name/web-id')).toBe('run-1 web-id')
  })

  it('is what the service gave, from then on', () => {
    const given = bindings()
    given.bind({ pool: 'made', 'client/old': 'new' })
    expect([given.get('pool'), given.get('client/old')]).toEqual(['made', 'new'])
  })

  it('is the pool as identity pools name it, and parts of the names of members', () => {
    const given = bindings({ pool: { id: 'eu-west-1_made', arn: 'arn:1' } })
    given.bind({ 'client/old': 'new' })
    const provider = 'cognito-idp.eu-west-1.amazonaws.com/eu-west-1_made'
    expect(given.get('poolProvider')).toBe(provider)
    expect(bindings().get('poolProvider')).toBeUndefined()
    const RoleMappings = named([[[ref('poolProvider'), ':', ref('client/old')], { Type: 'Token' }]])
    expect(resolve({ RoleMappings }, given)).toEqual({
      RoleMappings: { [`${provider}:new`]: { Type: 'Token' } },
    })
    expect(() => resolve({ RoleMappings }, bindings())).toThrow('refers to poolProvider')
  })

  it('is a step’s own first, which is forgotten with the step', () => {
    const given = bindings({ pool: { id: 'pool-1', arn: 'arn:1' } })
    const step = given.forStep({ newSub: 's' })
    step.bind({ 'user/old': 'ann', pool: 'other' })
    expect(['newSub', 'user/old', 'pool', 'run'].map((name) => step.get(name))).toEqual([
      's',
      'ann',
      'other',
      'run-1',
    ])
    expect(['newSub', 'user/old', 'pool'].map((name) => given.get(name))).toEqual([
      undefined,
      undefined,
      'pool-1',
    ])
  })
})

describe('a request', () => {
  const given = bindings({ pool: { id: 'pool-1', arn: 'arn:1' } })

  it('has every reference filled in, at any depth, and all else as it was', () => {
    const input = {
      UserPoolId: { $ref: 'pool' },
      List: [{ $ref: 'run' }, 'x', { Deep: { $ref: 'poolArn' } }],
      Details: { $ref: 'pool', more: 'is no reference' },
      Odd: { $ref: 7 },
      None: null,
      Yes: true,
    }
    expect(resolve(input, given)).toEqual({
      UserPoolId: 'pool-1',
      List: ['run-1', 'x', { Deep: 'arn:1' }],
      Details: { $ref: 'pool', more: 'is no reference' },
      Odd: { $ref: 7 },
      None: null,
      Yes: true,
    })
  })

  it('that refers to what nothing has made is never sent', () => {
    expect(() => resolve({ Username: { $ref: 'user/x' } }, given)).toThrow(
      expect.objectContaining({ code: 'INTERNAL', value: 'user/x' }) as Error,
    )
  })
})
