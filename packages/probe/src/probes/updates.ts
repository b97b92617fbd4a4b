import { type Json, objectOf, textOf } from '../json.js'
import { type Found, no, type Probe, yes } from '../probe.js'

export const groupKeeps: Probe = {
  id: 'update-group-keeps',
  question: 'Does UpdateGroup keep what the request leaves out?',
  assumed: 'yes',
  creates: 'a pool with a group',
  ask: async ({ newPool, call }) => {
    const { id: UserPoolId } = await newPool('groups')
    const group = { UserPoolId, GroupName: 'kept' }
    await call('CreateGroup', { ...group, Description: 'before', Precedence: 7 })
    await call('UpdateGroup', { ...group, Description: 'after' })
    const kept = objectOf(await call('GetGroup', group), 'Group')
    return isKept({ Precedence: kept['Precedence'] === 7 })
  },
}

export const providerKeeps: Probe = {
  id: 'update-provider-keeps',
  question: 'Does UpdateIdentityProvider keep what the request leaves out?',
  assumed: 'yes',
  creates: 'a pool with a Google provider of made-up credentials',
  ask: async ({ newPool, call, run }) => {
    const { id: UserPoolId } = await newPool('providers')
    const provider = { UserPoolId, ProviderName: 'Google' }
    await call('CreateIdentityProvider', {
      ...provider,
      ProviderType: 'Google',
      ProviderDetails: { client_id: 'probe', client_secret: 'made-up', authorize_scopes: 'openid email' },
      AttributeMapping: { email: 'email' },
      IdpIdentifiers: [`probe-${run}`],
    })
    await call('UpdateIdentityProvider', { ...provider, AttributeMapping: { email: 'email', name: 'name' } })
    const kept = objectOf(await call('DescribeIdentityProvider', provider), 'IdentityProvider')
    const identifiers = kept['IdpIdentifiers']
    return isKept({
      ProviderDetails: textOf(objectOf(kept, 'ProviderDetails'), 'client_id') === 'probe',
      IdpIdentifiers: Array.isArray(identifiers) && identifiers.includes(`probe-${run}`),
    })
  },
}

function isKept(members: Readonly<Record<string, boolean>>): Found {
  const named = Object.entries(members).map(([name, kept]) => `${name} was ${kept ? 'kept' : 'not kept'}`)
  return Object.values(members).every(Boolean) ? yes(named.join(', ')) : no(named.join(', '))
}

export const poolTagsReplaced: Probe = {
  id: 'update-pool-tags',
  question: 'Does UpdateUserPool replace all tags by those that it is given?',
  assumed: 'yes',
  creates: 'a pool',
  ask: async ({ newPool, call, tags }) => {
    const { id: UserPoolId } = await newPool('tags', { UserPoolTags: { ...tags, before: '1' } })
    await call('UpdateUserPool', { UserPoolId, UserPoolTier: 'LITE', UserPoolTags: { ...tags, after: '1' } })
    const pool = objectOf(await call('DescribeUserPool', { UserPoolId }), 'UserPool')
    return areReplaced(objectOf(pool, 'UserPoolTags'))
  },
}

export const poolTagsKept: Probe = {
  id: 'update-pool-without-tags',
  question: 'Does UpdateUserPool keep the tags where it is given none?',
  assumed: 'yes',
  creates: 'a pool',
  ask: async ({ newPool, call, tags }) => {
    const { id: UserPoolId, arn: ResourceArn } = await newPool('no-tags', {
      UserPoolTags: { ...tags, before: '1' },
    })
    await call('UpdateUserPool', { UserPoolId, UserPoolTier: 'LITE' })
    const pool = objectOf(await call('DescribeUserPool', { UserPoolId }), 'UserPool')
    const isThere = 'before' in objectOf(pool, 'UserPoolTags')
    // Whatever becomes of this process, the pool is to be known as what it is.
    if (!isThere) await call('TagResource', { ResourceArn, Tags: tags })
    return isThere ? yes('a tag of before was kept') : no('a tag of before is gone')
  },
}

export const identityPoolTagsReplaced: Probe = {
  id: 'update-identity-pool-tags',
  question: 'Does UpdateIdentityPool replace all tags by those that it is given?',
  assumed: 'yes',
  creates: 'an identity pool',
  ask: async ({ newIdentityPool, call, tags }) => {
    const IdentityPoolId = await newIdentityPool('tags', { IdentityPoolTags: { ...tags, before: '1' } })
    const pool = await call('DescribeIdentityPool', { IdentityPoolId })
    await call('UpdateIdentityPool', {
      IdentityPoolId,
      IdentityPoolName: textOf(pool, 'IdentityPoolName'),
      AllowUnauthenticatedIdentities: false,
      IdentityPoolTags: { ...tags, after: '1' },
    })
    return areReplaced(objectOf(await call('DescribeIdentityPool', { IdentityPoolId }), 'IdentityPoolTags'))
  },
}

function areReplaced(tags: Json): Found {
  const [hasOld, hasNew] = ['before' in tags, 'after' in tags]
  const evidence = `the tag of before is ${hasOld ? 'there' : 'gone'}, the new one is ${hasNew ? 'there' : 'not there'}`
  return hasNew && !hasOld ? yes(evidence) : no(evidence)
}
