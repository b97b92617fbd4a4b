import { identityPoolOf } from '../account.js'
import { copyJson, omit, type JsonObject } from '../json.js'
import type { Operation, Operations } from '../operations/operation.js'
import { invalidParameter, notFound } from '../service-error.js'
import { checkProvider, providerNames, type IdentityPool } from './identity-pool.js'
import type {
  IdentityPoolNamed,
  PrincipalTagRequest,
  RoleMapping,
  SetIdentityPoolRolesRequest,
} from './requests.js'

const RULES_LIMIT = 25

/** The service's own mapping, for providers that use it. */
const DEFAULT_TAGS: JsonObject = { client: 'aud', username: 'sub' }

function checkMapping(mapping: RoleMapping): void {
  if (mapping.AmbiguousRoleResolution === undefined) {
    throw invalidParameter('AmbiguousRoleResolution is required.')
  }
  if (mapping.Type === 'Rules' && mapping.RulesConfiguration === undefined) {
    throw invalidParameter('RulesConfiguration is required for the type Rules.')
  }
  if ((mapping.RulesConfiguration?.Rules.length ?? 0) > RULES_LIMIT) {
    throw invalidParameter(`A provider can have at most ${RULES_LIMIT} rules.`)
  }
}

/** Replaces roles and mappings alike. */
const setIdentityPoolRoles: Operation<SetIdentityPoolRolesRequest> = (request, account) => {
  const pool = identityPoolOf(account, request.IdentityPoolId)
  const { forRoles } = providerNames(pool)
  for (const [provider, mapping] of Object.entries(request.RoleMappings ?? {})) {
    checkProvider(forRoles, provider)
    checkMapping(mapping)
  }
  pool.roles = copyJson(omit(request as unknown as JsonObject, ['IdentityPoolId']))
  return undefined
}

const getIdentityPoolRoles: Operation<IdentityPoolNamed> = (request, account) => {
  const pool = identityPoolOf(account, request.IdentityPoolId)
  return { IdentityPoolId: pool.id, ...copyJson(pool.roles) }
}

function shownTags(pool: IdentityPool, provider: string): JsonObject {
  const map = pool.principalTags.get(provider) ?? { UseDefaults: false, PrincipalTags: {} }
  return { IdentityPoolId: pool.id, IdentityProviderName: provider, ...copyJson(map) }
}

const setPrincipalTagAttributeMap: Operation<PrincipalTagRequest> = (request, account) => {
  const pool = identityPoolOf(account, request.IdentityPoolId)
  const { IdentityProviderName: provider, UseDefaults = false, PrincipalTags = {} } = request
  checkProvider(providerNames(pool).forTags, provider)
  pool.principalTags.set(provider, {
    ...copyJson(omit(request as unknown as JsonObject, ['IdentityPoolId', 'IdentityProviderName'])),
    UseDefaults,
    PrincipalTags: UseDefaults ? DEFAULT_TAGS : { ...PrincipalTags },
  })
  return shownTags(pool, provider)
}

const getPrincipalTagAttributeMap: Operation<PrincipalTagRequest> = (request, account) => {
  const pool = identityPoolOf(account, request.IdentityPoolId)
  const { IdentityProviderName: provider } = request
  if (!providerNames(pool).forTags.has(provider)) {
    throw notFound(`The identity pool has no provider ${provider}.`)
  }
  return shownTags(pool, provider)
}

/** Operations on what users of an identity pool may do: by role, and by attributes that become tags. */
export const identityPoolRoleOperations: Operations = {
  SetIdentityPoolRoles: setIdentityPoolRoles,
  GetIdentityPoolRoles: getIdentityPoolRoles,
  SetPrincipalTagAttributeMap: setPrincipalTagAttributeMap,
  GetPrincipalTagAttributeMap: getPrincipalTagAttributeMap,
}
