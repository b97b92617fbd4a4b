import type { CognitoApi } from '../cognito/cognito-api.js'
import type { CodeStore } from '../deploy/code-store.js'
import type { StackService } from '../deploy/stack-service.js'
import type { Clock, Random } from '../model/clock.js'
import type { EventSink } from '../model/events.js'
import type { CheckReference } from '../restore/references/check-reference.js'
import type { AskAccount } from './context.js'

/** What a deployment needs of the world around it. */
export interface DeployContext {
  /** Cognito in the Region that is deployed to, to look at the pools. */
  readonly api: CognitoApi
  readonly account: AskAccount
  /** Looks whether a KMS key that was named is there. */
  readonly checkReference: CheckReference
  readonly stacks: (region: string) => StackService
  readonly code: (region: string, account: string) => CodeStore
  readonly clock: Clock
  readonly random: Random
  readonly sink: EventSink
  readonly signal?: AbortSignal | undefined
}
