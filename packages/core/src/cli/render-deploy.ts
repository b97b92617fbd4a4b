import type { DeployedStack, DeployResult, LaterReplica, PlannedStack } from '../actions/deploy.js'
import { counted, printable, table, wrap } from './render-text.js'

const VERBS: Readonly<Record<string, string>> = {
  Add: 'add',
  Modify: 'modify',
  Remove: 'remove',
  Import: 'import',
  Dynamic: 'not known before',
}

/** What would be made or changed in one Region. */
export function plannedStackText(plan: PlannedStack, columns: number): string {
  const { stackName, region, action, changes, role } = plan
  const what = role === 'secondary' ? 'the replica' : 'backups'
  const head = wrap(
    printable(
      action === 'none'
        ? `The stack ${stackName} in ${region} (${what}) is up to date.`
        : `The stack ${stackName} in ${region} (${what}) would be ${action === 'create' ? 'made' : 'updated'}: ${counted(changes.length, 'resource')}`,
    ),
    columns,
    '  ',
  )
  const rows = changes.map(({ action: change, replacement, logicalId, type }) => [
    VERBS[change] ?? change.toLowerCase(),
    logicalId,
    type,
    replacement === 'True' ? 'is replaced' : replacement === 'Conditional' ? 'may be replaced' : '',
  ])
  const parts = [head, ...(rows.length === 0 ? [] : [table(UNTITLED, rows, '  ')])]
  if (plan.makesCodeBucket)
    parts.push(
      wrap(`  For the code of its functions the bucket ${plan.codeBucket} would be made.`, columns, '  '),
    )
  for (const { logicalId } of plan.atStake)
    parts.push(
      wrap(
        `  ${printable(logicalId)} holds the vault or opens it: what is in the vault would be out of reach, or gone.`,
        columns,
        '  ',
      ),
    )
  return `${parts.join('\n')}\n`
}

const UNTITLED = [{ title: '' }, { title: '' }, { title: '' }, { title: '' }]

/** How it ended, and what comes next. */
export function deployedText(result: DeployResult, columns: number): string {
  const { stacks, dryRun, vault, emailToConfirm, tellsNobody, formerSecondary } = result
  const lines = stacks.flatMap((stack) => endText(stack))
  if (dryRun) lines.push('Nothing was changed.')
  if (vault !== null && !dryRun) lines.push(`The vault: ${vault}`)
  if (emailToConfirm)
    lines.push(
      'AWS has sent an e-mail to the address: nobody is told anything until the link in it is followed.',
    )
  if (tellsNobody) lines.push('Nobody is told how backups go: give --email, or subscribe to the topic.')
  if (formerSecondary !== null)
    lines.push(
      `Nothing is replicated to ${formerSecondary} any more; the stack there, and the replica, are left as they are.`,
    )
  const text = lines.map((line) => wrap(printable(line), columns, '  '))
  // A command stays whole, so that it can be copied.
  return `${[...text, ...laterReplicaText(result, columns), ...nextCommands(result)].join('\n')}\n`
}

function endText({ end, stackName, region, action }: DeployedStack): string[] {
  if (end !== 'done') return []
  return [`The stack ${stackName} in ${region} ${action === 'create' ? 'was made' : 'was updated'}.`]
}

function laterReplicaText({ laterReplica, vault, stacks }: DeployResult, columns: number): string[] {
  const primary = stacks.find(({ role }) => role === 'primary')
  if (laterReplica === null || vault === null || primary === undefined) return []
  const { region, keyArn }: LaterReplica = laterReplica
  return [
    wrap(
      printable(
        `Only what is stored from now on comes to ${region}, and the key there does not open the vault yet. Two steps are left, or nothing can be restored there. First, unless the vault has not been made yet:`,
      ),
      columns,
      '  ',
    ),
    `cognito-vault key add --vault ${vault} --storage-region ${primary.region} --kms-key ${keyArn}`,
    wrap(
      'Then let S3 Batch Replication copy what is there already: docs/deploy.md, "A replica of a vault that is there".',
      columns,
      '  ',
    ),
  ]
}

function nextCommands({ dryRun, stacks, vault }: DeployResult): string[] {
  const primary = stacks.find(({ role }) => role === 'primary')
  if (dryRun || vault === null || primary === undefined || primary.end === 'refused') return []
  const machine = primary.outputs['BackupStateMachineArn']
  const first =
    primary.action === 'create' && machine !== undefined
      ? [
          'Take a first backup now, without waiting for the schedule:',
          `aws stepfunctions start-execution --state-machine-arn ${machine} --region ${primary.region}`,
        ]
      : []
  return [
    ...first,
    'See what there is:',
    `cognito-vault snapshots --vault ${vault} --storage-region ${primary.region}`,
  ]
}
