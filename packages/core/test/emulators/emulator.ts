import type { CognitoApi } from '../../src/cognito/cognito-api.js'
import type { JsonObject } from '../../src/model/canonical.js'

/** A Cognito emulator that others wrote, running. */
export interface Emulator {
  readonly url: string
  /** Its operations without a request, one after the other, where it runs in this process: to seed it, never to test. */
  readonly seeding?: Pick<CognitoApi, 'call'>
  close(): Promise<void>
}

/** What an emulator is known to do otherwise than Cognito, each with how it shows. */
export interface KnownFaults {
  /** Operations that it lacks: a snapshot names each, and is incomplete. */
  readonly missing: readonly string[]
  /** How a client with a secret is made there. */
  readonly secret: JsonObject
  /** Whether ClientSecret of CreateUserPoolClient is taken; else the report names each client that got another. */
  readonly keepsClientSecrets: boolean
  /** Members that come back otherwise than they were set, by kind of resource. */
  readonly differing: Readonly<Record<string, readonly string[]>>
}
