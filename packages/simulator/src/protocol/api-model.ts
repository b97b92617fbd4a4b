import { readFileSync } from 'node:fs'
import type { ApiModel, Shape } from './api-shapes.js'
import { newerOperations, newerShapes } from './newer-operations.js'

/** The model's pattern for a domain has no dot, yet custom domains are host names; the service takes them. */
const DOMAIN_WITH_DOTS = '^[a-z0-9](?:[a-z0-9.\\-]*[a-z0-9])?$'

function load(): ApiModel {
  const file = new URL('../../data/cognito-constraints.json', import.meta.url)
  const models = JSON.parse(readFileSync(file, 'utf8')) as Record<string, ApiModel>
  const model = models['cognito-idp']
  if (model === undefined) throw new Error(`no cognito-idp model in ${file.pathname}`)
  const DomainType: Shape = { ...model.shapes.DomainType, type: 'string', pattern: DOMAIN_WITH_DOTS }
  return {
    ...model,
    operations: { ...newerOperations, ...model.operations },
    shapes: { ...newerShapes, ...model.shapes, DomainType },
  }
}

/** The model that requests are checked against. */
export const apiModel: ApiModel = load()
