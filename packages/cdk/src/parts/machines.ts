import { Aws, aws_iam as iam, aws_logs as logs, aws_stepfunctions as stepfunctions } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { MachineName } from '../permissions'
import type { Settings } from '../settings'
import { present, type Toggle } from '../toggle'
import { workLoop } from '../work-loop'
import type { Functions } from './functions'
import { LOG_DAYS, machineArn, machineName } from './names'
import { assumedBy, filledIn } from './place'

const COMMENTS: Readonly<Record<MachineName, string>> = {
  backup: 'Takes a snapshot of each pool, then forgets and prunes',
  restore: 'Restores a snapshot: {"NewUserPoolId": "..."} or the fuller input of docs/stack.md',
  drill: 'Restores the latest snapshot into a scratch pool, compares, and deletes the pool',
}

export type Machines = Readonly<Record<MachineName, stepfunctions.CfnStateMachine | undefined>>

/** The three state machines, one shape, with their logs and a role each. */
export function addMachines(scope: Construct, settings: Settings, functions: Functions): Machines {
  const logGroup = new logs.CfnLogGroup(scope, 'MachineLogs', {
    // Step Functions adds each log group whose name does not begin so to a policy that holds only some dozens.
    logGroupName: filledIn(`/aws/vendedlogs/states/${settings.name}`),
    retentionInDays: LOG_DAYS,
  })
  const make = (machine: MachineName, when: Toggle) =>
    addMachine(scope, settings, functions, machine, when, logGroup)
  return {
    backup: make('backup', settings.primary),
    restore: make('restore', true),
    drill: make('drill', settings.primary),
  }
}

function addMachine(
  scope: Construct,
  settings: Settings,
  functions: Functions,
  machine: MachineName,
  when: Toggle,
  logGroup: logs.CfnLogGroup,
): stepfunctions.CfnStateMachine | undefined {
  const work = functions[machine]
  const clearUp = machine === 'backup' ? functions.care : undefined
  if (work === undefined) return undefined
  const id = machine.charAt(0).toUpperCase() + machine.slice(1)
  const invoked = [work.attrArn, ...(clearUp === undefined ? [] : [clearUp.attrArn])]
  const role = present(when, () =>
    makeRole(scope, `${id}MachineRole`, invoked, machineArn(settings, machine)),
  )
  if (role === undefined) return undefined
  const definition = workLoop({
    comment: COMMENTS[machine],
    partition: '${Partition}',
    work: '${Work}',
    ...(clearUp === undefined ? {} : { clearUp: '${ClearUp}' }),
  })
  return present(
    when,
    () =>
      new stepfunctions.CfnStateMachine(scope, `${id}Machine`, {
        stateMachineName: machineName(settings, machine),
        stateMachineType: 'STANDARD',
        roleArn: role.attrArn,
        // A text, as CloudFormation makes texts of the numbers in an object.
        definitionString: JSON.stringify(definition),
        definitionSubstitutions: {
          Partition: Aws.PARTITION,
          Work: work.attrArn,
          ...(clearUp === undefined ? {} : { ClearUp: clearUp.attrArn }),
        },
        loggingConfiguration: {
          level: 'ALL',
          // An input may name people.
          includeExecutionData: false,
          destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroup.attrArn } }],
        },
      }),
  )
}

function makeRole(
  scope: Construct,
  id: string,
  functionArns: readonly string[],
  ownArn: string,
): iam.CfnRole {
  return new iam.CfnRole(scope, id, {
    description: 'Cognito Vault: a state machine invokes its functions, and goes on in a new execution',
    assumeRolePolicyDocument: assumedBy('states.amazonaws.com'),
    policies: [
      {
        policyName: 'work',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArns },
            { Effect: 'Allow', Action: 'states:StartExecution', Resource: ownArn },
            {
              // Delivery of logs, none of which knows resources.
              Effect: 'Allow',
              Action: [
                'logs:CreateLogDelivery',
                'logs:GetLogDelivery',
                'logs:UpdateLogDelivery',
                'logs:DeleteLogDelivery',
                'logs:ListLogDeliveries',
                'logs:PutResourcePolicy',
                'logs:DescribeResourcePolicies',
                'logs:DescribeLogGroups',
              ],
              Resource: '*',
            },
          ],
        },
      },
    ],
  })
}
