import { describe, expect, it } from 'vitest'
import { changesAtStake, refuseAtStake, refuseOtherKey } from './at-stake.js'
import type { ResourceChange } from './stack-service.js'

const bucket = (action: string, replacement?: ResourceChange['replacement']): ResourceChange => ({
  action,
  logicalId: 'Bucket',
  type: 'AWS::S3::Bucket',
  replacement,
})

describe('what the vault depends on', () => {
  it.each([
    [bucket('Remove'), true],
    [bucket('Modify', 'True'), true],
    [bucket('Modify', 'Conditional'), true],
    [bucket('Dynamic'), true],
    [{ ...bucket('Remove'), type: 'AWS::KMS::Key' }, true],
    [bucket('Modify', 'False'), false],
    [bucket('Add'), false],
    [{ ...bucket('Modify', 'True'), type: 'AWS::Lambda::Function' }, false],
  ])('%j: %s', (change, isAtStake) => {
    expect(changesAtStake([change])).toEqual(isAtStake ? [change] : [])
  })

  it('is not replaced or removed unasked', () => {
    expect(() => refuseAtStake([bucket('Modify', 'False')])).not.toThrow()
    expect(() => refuseAtStake([bucket('Remove'), bucket('Modify', 'True')])).toThrow(
      /Bucket \(AWS::S3::Bucket\).* removed, and 1 more/,
    )
  })

  it.each([
    [undefined, 'B', false],
    [{ KmsKeyArn: 'A' }, undefined, false],
    [{ KmsKeyArn: 'A' }, 'A', false],
    [{ KmsKeyArn: 'A' }, 'B', true],
    [{ KmsKeyArn: '' }, 'B', true],
    [{}, 'B', true],
  ])('of a stack with %j and the key %j: refused is %s', (before, key, isRefused) => {
    const refuse = expect(() => refuseOtherKey(before, key))
    if (isRefused) refuse.toThrow(expect.objectContaining({ code: 'VAULT_AT_STAKE', value: 'B' }))
    else refuse.not.toThrow()
  })
})
