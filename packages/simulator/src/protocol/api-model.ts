import { readFileSync } from 'node:fs'
import { newerOperations, newerShapes } from './newer-operations.js'

/** One shape of the API model, with the constraints that the service states for it. */
export interface Shape {
  readonly type: string
  readonly members?: Readonly<Record<string, string>>
  readonly required?: readonly string[]
  readonly member?: string
  readonly key?: string
  readonly value?: string
  readonly min?: number
  readonly max?: number
  readonly pattern?: string
  readonly enum?: readonly string[]
  readonly sensitive?: boolean
}

/** One operation of the API model. */
export interface OperationModel {
  readonly input: string
  readonly output?: string
  readonly errors: readonly string[]
  /** `none` where the service takes unsigned requests. */
  readonly authtype?: string
}

/** The API of user pools: its operations and shapes. */
export interface ApiModel {
  readonly operations: Readonly<Record<string, OperationModel>>
  readonly shapes: Readonly<Record<string, Shape>>
  readonly targetPrefix: string
}

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
