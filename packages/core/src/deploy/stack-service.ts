/** A stack as AWS CloudFormation describes it. */
export interface Stack {
  /** Its ARN, which stays when a stack of its name is deleted and made again. */
  readonly id: string
  /** Such as `CREATE_COMPLETE`; what ends in `_IN_PROGRESS` is under way. */
  readonly status: string
  readonly parameters: Readonly<Record<string, string>>
  readonly outputs: Readonly<Record<string, string>>
}

/** What a change set would do to one resource. */
export interface ResourceChange {
  /** `Add`, `Modify`, `Remove`, `Import`, `Dynamic`: the last where that is known only when it is carried out. */
  readonly action: string
  readonly logicalId: string
  readonly type: string
  /** Of what is modified: whether another takes its place. `Conditional` is known only when it is carried out. */
  readonly replacement?: 'True' | 'False' | 'Conditional' | undefined
  /** What becomes of what is there: `Delete`, `Retain`, `Snapshot`, `ReplaceAndDelete`, … */
  readonly policy?: string | undefined
}

export interface ChangeSet {
  /** `CREATE_PENDING`, `CREATE_IN_PROGRESS`, `CREATE_COMPLETE`, `FAILED`, … */
  readonly status: string
  readonly reason: string
  readonly changes: readonly ResourceChange[]
}

export interface StackEvent {
  readonly id: string
  readonly logicalId: string
  readonly type: string
  readonly status: string
  readonly reason: string
  /** It tells of the stack itself and not of one of its resources. */
  readonly isStack: boolean
}

/** A parameter's value, or that it stays as the stack has it. */
export type ParameterValue = { readonly value: string } | 'previous'

export interface ChangeSetRequest {
  readonly stackName: string
  readonly name: string
  readonly type: 'CREATE' | 'UPDATE'
  readonly template: { readonly body: string } | { readonly url: string }
  readonly parameters: Readonly<Record<string, ParameterValue>>
}

/**
 * CloudFormation in one Region. Everything throws `CodedError`s: `ACCESS_DENIED` with the permission that is lacking, `CREDENTIALS_REJECTED`,
 * `ENDPOINT_UNREACHABLE`, and `DEPLOY_FAILED` for what else the service refuses.
 */
export interface StackService {
  readonly region: string
  /** The stack of this name or id; `undefined` where there is none, or none any more. */
  find(stack: string): Promise<Stack | undefined>
  /** Begins to make a change set; of a stack that is not there also the stack, in `REVIEW_IN_PROGRESS`. `unchanged` where it is refused as there is nothing to change. */
  createChangeSet(
    request: ChangeSetRequest,
  ): Promise<{ readonly id: string; readonly stackId: string } | 'unchanged'>
  /** The change set with all pages of its changes. */
  changeSet(id: string): Promise<ChangeSet>
  /** Begins to carry it out. */
  execute(changeSetId: string): Promise<void>
  deleteChangeSet(id: string): Promise<void>
  /** Deletes a stack, which must be one without resources. */
  deleteStack(stackId: string): Promise<void>
  /** The id of the newest event. */
  newestEvent(stackId: string): Promise<string | undefined>
  /** The events that came after this one, oldest first; all where none is named. */
  eventsAfter(stackId: string, eventId: string | undefined): Promise<readonly StackEvent[]>
}
