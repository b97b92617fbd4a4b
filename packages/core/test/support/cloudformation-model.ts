import { randomUUID } from 'node:crypto'
import { physicalId, resolver, type StoodInTemplate, type Surroundings } from './cloudformation-template.js'

/** What the service refuses: the exception's code as the API reference lists it, and its words. */
export class CloudFormationRefusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message)
  }
}

export interface StoodInEvent {
  readonly id: string
  readonly logicalId: string
  readonly physicalId: string
  readonly type: string
  readonly status: string
  readonly reason: string
}

export interface StoodInChange {
  readonly action: 'Add' | 'Modify' | 'Remove'
  readonly logicalId: string
  readonly type: string
  readonly replacement?: 'True' | 'False'
}

interface Wanted {
  readonly template: StoodInTemplate
  readonly parameters: Record<string, string>
  /** By logical id: the properties as they are resolved. */
  readonly resources: Record<string, { type: string; properties: unknown }>
}

export interface StoodInStack {
  readonly id: string
  readonly name: string
  readonly around: Surroundings
  status: string
  current: Wanted | undefined
  /** Oldest first. */
  readonly events: StoodInEvent[]
  /** What has yet to happen. */
  script: (() => void)[]
}

export interface StoodInChangeSet {
  readonly id: string
  readonly name: string
  readonly stack: StoodInStack
  readonly type: 'CREATE' | 'UPDATE'
  readonly wanted: Wanted
  readonly changes: readonly StoodInChange[]
  /** One further each time it is described. */
  status: 'CREATE_PENDING' | 'CREATE_IN_PROGRESS' | 'CREATE_COMPLETE' | 'FAILED'
  reason: string
}

export interface ChangeSetInput {
  readonly stackName: string
  readonly name: string
  readonly type: 'CREATE' | 'UPDATE'
  readonly template: StoodInTemplate
  readonly capabilities: readonly string[]
  readonly parameters: readonly { key: string; value: string | undefined; previous: boolean }[]
}

/** Properties of which the template reference says "Update requires: Replacement", as far as tests change them. */
const REPLACING: Readonly<Record<string, readonly string[]>> = {
  'AWS::S3::Bucket': ['BucketName'],
  'AWS::SNS::Topic': ['TopicName'],
}

/** One account's CloudFormation in one Region: stacks and change sets, which move on when somebody looks. */
export interface CloudFormationModel {
  readonly stacks: StoodInStack[]
  readonly changeSets: Map<string, StoodInChangeSet>
  /** Resources that cannot be made or changed, and why. */
  readonly failing: Map<string, string>
  find(nameOrId: string): StoodInStack | undefined
  createChangeSet(input: ChangeSetInput): StoodInChangeSet
  describeChangeSet(id: string): StoodInChangeSet
  execute(id: string): void
  deleteChangeSet(id: string): void
  deleteStack(nameOrId: string): void
  /** The next few events happen. */
  proceed(stack: StoodInStack): void
  outputs(stack: StoodInStack): Record<string, string>
}

const EVENTS_AT_ONCE = 3

export function createCloudFormation(region: string, account: string): CloudFormationModel {
  const stacks: StoodInStack[] = []
  const changeSets = new Map<string, StoodInChangeSet>()
  const failing = new Map<string, string>()

  /** A deleted stack is found by its id only. */
  function find(nameOrId: string): StoodInStack | undefined {
    return stacks.findLast(
      ({ id, name, status }) => id === nameOrId || (name === nameOrId && status !== 'DELETE_COMPLETE'),
    )
  }

  function happen(stack: StoodInStack, logicalId: string, type: string, status: string, reason = ''): void {
    const isStack = logicalId === stack.name
    const physical = isStack ? stack.id : physicalId(logicalId, stack.around)
    stack.events.push({ id: randomUUID(), logicalId, physicalId: physical, type, status, reason })
    if (isStack) stack.status = status
  }

  const stackEvent = (stack: StoodInStack, status: string, reason = ''): void =>
    happen(stack, stack.name, 'AWS::CloudFormation::Stack', status, reason)

  function wantedOf(input: ChangeSetInput, stack: StoodInStack): Wanted {
    const parameters = parametersOf(input, stack)
    const { holds, value } = resolver(input.template, parameters, stack.around)
    const resources: Wanted['resources'] = {}
    for (const [id, { Type, Condition, Properties = {} }] of Object.entries(input.template.Resources))
      if (holds(Condition)) resources[id] = { type: Type, properties: value(Properties) }
    const hasRoles = Object.values(resources).some(({ type }) => type.startsWith('AWS::IAM::'))
    if (hasRoles && !input.capabilities.includes('CAPABILITY_IAM'))
      throw new CloudFormationRefusal(
        'InsufficientCapabilitiesException',
        'Requires capabilities : [CAPABILITY_IAM]',
      )
    return { template: input.template, parameters, resources }
  }

  function createChangeSet(input: ChangeSetInput): StoodInChangeSet {
    const { stackName, type } = input
    const found = find(stackName)
    if (type === 'UPDATE' && (found === undefined || found.status === 'REVIEW_IN_PROGRESS'))
      throw new CloudFormationRefusal('ValidationError', `Stack [${stackName}] does not exist`)
    if (type === 'CREATE' && found !== undefined && found.status !== 'REVIEW_IN_PROGRESS')
      throw new CloudFormationRefusal(
        'ValidationError',
        `Stack [${stackName}] already exists and cannot be created again with the changeSet [${input.name}].`,
      )
    if (type === 'UPDATE' && !/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(found!.status))
      throw new CloudFormationRefusal(
        'ValidationError',
        `Stack:${found!.id} is in ${found!.status} state and can not be updated.`,
      )
    const id = randomUUID()
    const arn = `arn:aws:cloudformation:${region}:${account}`
    const stack: StoodInStack = found ?? {
      id: `${arn}:stack/${stackName}/${id}`,
      name: stackName,
      around: { region, account, stackName },
      status: '',
      current: undefined,
      events: [],
      script: [],
    }
    const wanted = wantedOf(input, stack)
    if (found === undefined) {
      stacks.push(stack)
      stackEvent(stack, 'REVIEW_IN_PROGRESS', 'User Initiated')
    }
    const made: StoodInChangeSet = {
      id: `${arn}:changeSet/${input.name}/${id}`,
      name: input.name,
      stack,
      type,
      wanted,
      changes: changesBetween(stack.current?.resources ?? {}, wanted.resources),
      status: 'CREATE_PENDING',
      reason: '',
    }
    changeSets.set(made.id, made)
    return made
  }

  function changeSet(id: string): StoodInChangeSet {
    const found = changeSets.get(id)
    if (found === undefined)
      throw new CloudFormationRefusal('ChangeSetNotFound', `ChangeSet [${id}] does not exist`, 404)
    return found
  }

  function describeChangeSet(id: string): StoodInChangeSet {
    const found = changeSet(id)
    if (found.status === 'CREATE_PENDING') found.status = 'CREATE_IN_PROGRESS'
    else if (found.status === 'CREATE_IN_PROGRESS') {
      found.status = found.changes.length === 0 ? 'FAILED' : 'CREATE_COMPLETE'
      if (found.status === 'FAILED')
        found.reason =
          "The submitted information didn't contain changes. Submit different information to create a change set."
    }
    return found
  }

  function execute(id: string): void {
    const { stack, status, type, wanted, changes } = changeSet(id)
    if (status !== 'CREATE_COMPLETE')
      throw new CloudFormationRefusal(
        'InvalidChangeSetStatus',
        `ChangeSet [${id}] cannot be executed in its current status of [${status}]`,
      )
    // "deletes all other change sets associated with the stack".
    for (const other of [...changeSets.values()]) if (other.stack === stack) changeSets.delete(other.id)
    const verb = type === 'CREATE' ? 'CREATE' : 'UPDATE'
    const step = (work: () => void): void => void stack.script.push(work)
    step(() => stackEvent(stack, `${verb}_IN_PROGRESS`, 'User Initiated'))
    const [culprit] = changes.filter(({ logicalId }) => failing.has(logicalId))
    for (const { action, logicalId, type: kind } of changes) {
      const doing = { Add: 'CREATE', Modify: 'UPDATE', Remove: 'DELETE' }[action]
      step(() => happen(stack, logicalId, kind, `${doing}_IN_PROGRESS`))
      if (culprit === undefined) step(() => happen(stack, logicalId, kind, `${doing}_COMPLETE`))
    }
    if (culprit === undefined) {
      if (type === 'UPDATE') step(() => stackEvent(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'))
      step(() => {
        stack.current = wanted
        stackEvent(stack, `${verb}_COMPLETE`)
      })
      return
    }
    const doing = culprit.action === 'Add' ? 'CREATE' : 'UPDATE'
    step(() =>
      happen(stack, culprit.logicalId, culprit.type, `${doing}_FAILED`, failing.get(culprit.logicalId)),
    )
    for (const { logicalId, type: kind } of changes.filter((one) => one !== culprit))
      step(() =>
        happen(
          stack,
          logicalId,
          kind,
          `${doing}_FAILED`,
          `Resource ${doing === 'CREATE' ? 'creation' : 'update'} cancelled`,
        ),
      )
    const back = type === 'CREATE' ? 'ROLLBACK' : 'UPDATE_ROLLBACK'
    step(() =>
      stackEvent(
        stack,
        `${back}_IN_PROGRESS`,
        `The following resource(s) failed to ${verb.toLowerCase()}: [${culprit.logicalId}].`,
      ),
    )
    step(() => stackEvent(stack, `${back}_COMPLETE`))
  }

  return {
    stacks,
    changeSets,
    failing,
    find,
    createChangeSet,
    describeChangeSet,
    execute,
    deleteChangeSet: (id) => void changeSets.delete(changeSet(id).id),
    deleteStack: (nameOrId) => {
      const found = find(nameOrId)
      if (found === undefined) return
      for (const one of [...changeSets.values()]) if (one.stack === found) changeSets.delete(one.id)
      stackEvent(found, 'DELETE_COMPLETE')
    },
    proceed: (stack) => {
      for (const work of stack.script.splice(0, EVENTS_AT_ONCE)) work()
    },
    outputs: ({ current, around }) => {
      if (current === undefined) return {}
      const { holds, value } = resolver(current.template, current.parameters, around)
      const outputs = Object.entries(current.template.Outputs ?? {}).filter(([, { Condition }]) =>
        holds(Condition),
      )
      return Object.fromEntries(outputs.map(([name, { Value }]) => [name, String(value(Value))]))
    },
  }
}

/** A default is a text or a number. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** By "Parameters" of the User Guide, and what the service says of those that do not fit. */
function parametersOf({ template, parameters }: ChangeSetInput, stack: StoodInStack): Record<string, string> {
  const declared = template.Parameters ?? {}
  const unknown = parameters.filter(({ key }) => declared[key] === undefined).map(({ key }) => key)
  const refuse = (words: string): never => {
    throw new CloudFormationRefusal('ValidationError', words)
  }
  if (unknown.length > 0) refuse(`Parameters: [${unknown.join(', ')}] do not exist in the template`)
  const chosen: Record<string, string> = {}
  for (const [name, { Default, AllowedPattern, AllowedValues }] of Object.entries(declared)) {
    const given = parameters.find(({ key }) => key === name)
    const value = given?.previous === true ? stack.current?.parameters[name] : given?.value
    const used = value ?? (given === undefined && Default !== undefined ? textOf(Default) : undefined)
    if (used === undefined) return refuse(`Parameters: [${name}] must have values`)
    if (AllowedPattern !== undefined && !new RegExp(`^(?:${AllowedPattern})$`).test(used))
      refuse(`Parameter '${name}' must match pattern ${AllowedPattern}`)
    if (AllowedValues !== undefined && !AllowedValues.map(String).includes(used))
      refuse(`Parameter '${name}' must be one of AllowedValues`)
    chosen[name] = used
  }
  return chosen
}

function changesBetween(before: Wanted['resources'], after: Wanted['resources']): StoodInChange[] {
  const added = Object.entries(after).flatMap(([logicalId, { type, properties }]): StoodInChange[] => {
    const old = before[logicalId]
    if (old === undefined) return [{ action: 'Add', logicalId, type }]
    if (JSON.stringify(old.properties) === JSON.stringify(properties)) return []
    const isReplaced = (REPLACING[type] ?? []).some(
      (name) =>
        (old.properties as Record<string, unknown>)[name] !== (properties as Record<string, unknown>)[name],
    )
    return [{ action: 'Modify', logicalId, type, replacement: isReplaced ? 'True' : 'False' }]
  })
  const removed = Object.entries(before).filter(([id]) => after[id] === undefined)
  return [
    ...added,
    ...removed.map(([logicalId, { type }]): StoodInChange => ({ action: 'Remove', logicalId, type })),
  ]
}
