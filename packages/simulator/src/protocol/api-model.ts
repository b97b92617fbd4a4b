import { readFileSync } from 'node:fs'
import type { ApiModel, Shape } from './api-shapes.js'
import { newerOperations, newerShapes } from './newer-operations.js'

/** The model's pattern for a domain has no dot, yet custom domains are host names; the service takes them. */
const DOMAIN_WITH_DOTS = '^[a-z0-9](?:[a-z0-9.\\-]*[a-z0-9])?$'

const file = new URL('../../data/cognito-constraints.json', import.meta.url)
const models = JSON.parse(readFileSync(file, 'utf8')) as Record<string, ApiModel | undefined>

function load(service: string): ApiModel {
  const model = models[service]
  if (model === undefined) throw new Error(`no ${service} model in ${file.pathname}`)
  return model
}

function loadUserPools(): ApiModel {
  const model = load('cognito-idp')
  const DomainType: Shape = { ...model.shapes.DomainType, type: 'string', pattern: DOMAIN_WITH_DOTS }
  return {
    ...model,
    operations: { ...newerOperations, ...model.operations },
    shapes: { ...newerShapes, ...model.shapes, DomainType },
  }
}

/** The model that requests to user pools are checked against. */
export const apiModel: ApiModel = loadUserPools()

/** The model that requests to identity pools are checked against. */
export const identityPoolModel: ApiModel = load('cognito-identity')

/** Both services can tag; the operations of identity pools are told apart by this before their names. */
export const IDENTITY_POOL_PREFIX = 'cognito-identity:'

/** The model of an operation, and its name there. */
export function modelOf(operation: string): { readonly model: ApiModel; readonly name: string } {
  return operation.startsWith(IDENTITY_POOL_PREFIX)
    ? { model: identityPoolModel, name: operation.slice(IDENTITY_POOL_PREFIX.length) }
    : { model: apiModel, name: operation }
}
