import { epochSeconds } from '../clock.js'
import type { ImportJob } from '../imports/import-job.js'
import type { JsonObject } from '../json.js'
import type { AttributeSchema } from '../users/attribute-schema.js'
import type { UserRecord } from '../users/user-record.js'
import type { OrderedList } from '../ordered-list.js'
import type { UserStore } from '../users/user-store.js'

/** A dated body, as clients, identity providers and resource servers are held. */
export interface Dated {
  body: JsonObject
  readonly createdAt: number
  modifiedAt: number
}

/** A group and its members. */
export interface Group extends Dated {
  readonly name: string
  readonly members: OrderedList<UserRecord>
}

/** An app client. `body` is as given, without what only the service sets. */
export interface Client extends Dated {
  readonly id: string
  /** None, one or two, the oldest first. */
  secrets: readonly ClientSecret[]
}

/** One secret of a client. */
export interface ClientSecret {
  readonly id: string
  readonly value: string
  readonly createdAt: number
}

/** A branding style or a terms document: of a client, under an id of the service's making. */
export interface ClientDocument extends Dated {
  readonly id: string
  readonly clientId: string
}

/** The copy of a pool in another Region. */
export interface Replica {
  readonly region: string
  readonly tags: Readonly<Record<string, string>>
  status: 'ACTIVE' | 'INACTIVE'
}

/** An identity provider; its type never changes. */
export interface IdentityProvider extends Dated {
  readonly name: string
  readonly type: string
}

/** A resource server. */
export interface ResourceServer {
  readonly identifier: string
  body: JsonObject
}

/** One user pool and all it holds. */
export interface Pool {
  readonly id: string
  readonly arn: string
  name: string
  readonly createdAt: number
  modifiedAt: number
  /** What is fixed at creation: sign-in rules as they were given. */
  readonly fixed: JsonObject
  /** The configuration that UpdateUserPool replaces, with defaults filled in. */
  configuration: JsonObject
  /** What only SetUserPoolMfaConfig sets. */
  mfa: JsonObject
  tags: Map<string, string>
  schema: AttributeSchema
  readonly users: UserStore
  readonly groups: Map<string, Group>
  readonly clients: Map<string, Client>
  readonly identityProviders: Map<string, IdentityProvider>
  readonly resourceServers: Map<string, ResourceServer>
  /** Settings that exist once for the pool or for a client, by kind and client. */
  readonly settings: Map<string, Dated>
  readonly brandings: Map<string, ClientDocument>
  readonly terms: Map<string, ClientDocument>
  readonly importJobs: Map<string, ImportJob>
  replica: Replica | undefined
  domain: string | undefined
  customDomain: string | undefined
  /** EstimatedNumberOfUsers as last counted, and when. */
  estimate: { readonly users: number; readonly at: number }
}

/** A member of an object in the configuration, for example the LambdaConfig's PreSignUp. */
export function configured(pool: Pool, section: string): JsonObject {
  return (pool.configuration[section] as JsonObject | undefined) ?? {}
}

/** The dates of a dated thing, as the API shows them. */
export function datesOf(dated: { readonly createdAt: number; readonly modifiedAt: number }): JsonObject {
  return { CreationDate: epochSeconds(dated.createdAt), LastModifiedDate: epochSeconds(dated.modifiedAt) }
}
