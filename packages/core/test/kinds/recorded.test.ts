import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type KindLab, openKindLab } from '../support/kind-lab.js'

let lab: KindLab

beforeEach(async () => {
  lab = await openKindLab({
    KeyConfiguration: {
      KeyType: 'CUSTOMER_MANAGED_KEY',
      KmsKeyArn: 'arn:aws:kms:eu-west-1:123456789012:key/mrk-1234abcd12ab34cd56ef1234567890ab',
    },
    IssuerConfiguration: { Type: 'UPDATED' },
  })
  lab.call('CreateUserPoolClient', { ClientName: 'server', GenerateSecret: true })
})

afterEach(() => lab.close())

const addSecret = (): unknown => lab.call('AddUserPoolClientSecret', { ClientId: lab.clientId('server') })

describe('a second secret of a client', () => {
  it('is counted, and lost with the client: nobody can read its value', async () => {
    addSecret()
    const snapshot = await lab.take()
    const recorded = await lab.recorded(snapshot, 'client-secrets')
    expect(Object.keys(recorded)).toEqual([lab.clientId('server')])
    expect(recorded[lab.clientId('server')]!['ClientSecrets']).toHaveLength(2)
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(await lab.notesOn(result, 'client-secrets')).toEqual({
      [lab.clientId('server')]: ['second-secret-lost'],
    })
    expect(await lab.differences(snapshot, result.poolId)).toMatchObject([
      { kind: 'client-secrets', before: { ClientSecrets: 2 }, after: { ClientSecrets: 1 } },
    ])
  })

  it('that came since is left in place, and named', async () => {
    const snapshot = await lab.take()
    addSecret()
    const result = await lab.inPlace(snapshot)
    expect(result.plan).toEqual({})
    expect(await lab.notesOn(result, 'client-secrets')).toEqual({
      [lab.clientId('server')]: ['secret-added'],
    })
  })
})

describe('a replica', () => {
  it('is recorded, and a restore says that it makes none', async () => {
    lab.call('CreateUserPoolReplica', { RegionName: 'eu-central-1' })
    const snapshot = await lab.take()
    expect(Object.keys(await lab.recorded(snapshot, 'replica'))).toEqual(['eu-central-1'])
    const result = await lab.intoNewPool(snapshot)
    expect(result.failed).toEqual([])
    expect(await lab.notesOn(result, 'replica')).toEqual({ 'eu-central-1': ['replica-not-made'] })
  })

  it('that came since stays, and is named', async () => {
    const snapshot = await lab.take()
    lab.call('CreateUserPoolReplica', { RegionName: 'eu-central-1' })
    const result = await lab.inPlace(snapshot, { deleteExtra: true, deleteNewer: true })
    expect(await lab.notesOn(result, 'replica')).toEqual({ 'eu-central-1': ['extra-stays'] })
  })
})

describe('the signing certificate', () => {
  it('is recorded, and is no difference', async () => {
    const snapshot = await lab.take()
    expect(await lab.recorded(snapshot, 'signing-certificate')).toMatchObject({
      '': { Certificate: expect.any(String) as string },
    })
    const result = await lab.intoNewPool(snapshot)
    expect(await lab.notesOn(result, 'signing-certificate')).toEqual({ '': [] })
    expect(await lab.differences(snapshot, result.poolId)).toEqual([])
  })

  it('of a new pool is to be given to SAML providers, and the report says so', async () => {
    lab.call('CreateIdentityProvider', {
      ProviderName: 'Corp',
      ProviderType: 'SAML',
      ProviderDetails: { MetadataURL: 'https://corp.example.com/metadata' },
    })
    const result = await lab.intoNewPool(await lab.take())
    expect(await lab.notesOn(result, 'signing-certificate')).toEqual({ '': ['signing-certificate-new'] })
  })
})
