import { aws_iam as iam, aws_scheduler as scheduler, aws_sqs as sqs } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Settings } from '../settings'
import { pickText, present } from '../toggle'
import type { Functions } from './functions'
import type { Machines } from './machines'
import { assumedBy } from './place'

/** How often it is looked whether backups happen. */
export const CHECKS = 'rate(1 hour)'

/** What starts the work, and the queue of what could not be started; `undefined` where nothing is scheduled. */
export function addSchedules(
  scope: Construct,
  settings: Settings,
  machines: Machines,
  functions: Functions,
): sqs.CfnQueue | undefined {
  const { backup, drill } = machines
  const { care } = functions
  if (backup === undefined || drill === undefined || care === undefined) return undefined
  const when = settings.primary
  const queue = present(when, () => makeQueue(scope))
  if (queue === undefined) return undefined
  present(when, () => queuePolicy(scope, queue))
  const role = present(when, () => makeRole(scope, [backup.ref, drill.ref], care.attrArn, queue.attrArn))
  if (role === undefined) return undefined

  const add = (id: string, arn: string, expression: string, input: object, state = 'ENABLED') =>
    present(
      when,
      () =>
        new scheduler.CfnSchedule(scope, id, {
          scheduleExpression: expression,
          state,
          flexibleTimeWindow: { mode: 'OFF' },
          target: {
            arn,
            roleArn: role.attrArn,
            input: JSON.stringify(input),
            deadLetterConfig: { arn: queue.attrArn },
            retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
          },
        }),
    )
  add('BackupSchedule', backup.ref, settings.backupSchedule, {})
  add(
    'DrillSchedule',
    drill.ref,
    settings.drillSchedule,
    {},
    pickText(settings.drills, 'ENABLED', 'DISABLED'),
  )
  add('CheckSchedule', care.attrArn, CHECKS, { step: 'check' })
  return queue
}

function makeQueue(scope: Construct): sqs.CfnQueue {
  return new sqs.CfnQueue(scope, 'NotStarted', {
    messageRetentionPeriod: 14 * 86_400,
    sqsManagedSseEnabled: true,
  })
}

function queuePolicy(scope: Construct, queue: sqs.CfnQueue): sqs.CfnQueuePolicy {
  return new sqs.CfnQueuePolicy(scope, 'NotStartedPolicy', {
    queues: [queue.ref],
    policyDocument: {
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'TlsOnly',
          Effect: 'Deny',
          Principal: '*',
          Action: 'sqs:*',
          Resource: queue.attrArn,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    },
  })
}

function makeRole(
  scope: Construct,
  machineArns: readonly string[],
  careArn: string,
  queueArn: string,
): iam.CfnRole {
  return new iam.CfnRole(scope, 'ScheduleRole', {
    description: 'Cognito Vault: starts backups, drills and checks',
    assumeRolePolicyDocument: assumedBy('scheduler.amazonaws.com'),
    policies: [
      {
        policyName: 'start',
        policyDocument: {
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Action: 'states:StartExecution', Resource: machineArns },
            { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: careArn },
            { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queueArn },
          ],
        },
      },
    ],
  })
}
