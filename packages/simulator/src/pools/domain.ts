import type { JsonObject } from '../json.js'

/** A domain of a pool: a prefix of the service's own domain, or a custom host name. */
export interface Domain {
  readonly name: string
  readonly userPoolId: string
  readonly custom: boolean
  /** CustomDomainConfig, ManagedLoginVersion and what else was given. */
  body: JsonObject
  readonly cloudFrontDistribution: string
  version: string
}
