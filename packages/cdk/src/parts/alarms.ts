import { aws_cloudwatch as cloudwatch, type aws_sqs as sqs } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { MachineName } from '../permissions'
import type { Settings } from '../settings'
import { pick, present } from '../toggle'
import type { Functions } from './functions'
import type { Machines } from './machines'
import { vaultName } from './names'

/** The namespace of the metrics that the functions write; each with `Vault` alone, and with `Vault` and `PoolId`. */
export const NAMESPACE = 'CognitoVault'

type AlarmProps = Pick<
  cloudwatch.CfnAlarmProps,
  'comparisonOperator' | 'threshold' | 'evaluationPeriods' | 'treatMissingData'
> &
  Partial<cloudwatch.CfnAlarmProps> & { readonly alarmDescription: string }

/** What people have to be told of though no function may be there to say it. */
export function addAlarms(
  scope: Construct,
  settings: Settings,
  topicArn: string,
  machines: Machines,
  functions: Functions,
  notStarted: sqs.CfnQueue | undefined,
): readonly cloudwatch.CfnAlarm[] {
  const alarm = (id: string, props: AlarmProps, when = settings.primary) =>
    present(
      when,
      () =>
        new cloudwatch.CfnAlarm(scope, id, {
          alarmActions: [topicArn],
          okActions: pick(settings.informs, [topicArn]),
          ...props,
        }),
    )
  const vault = [{ name: 'Vault', value: vaultName(settings) }]
  const own = { namespace: NAMESPACE, dimensions: vault }

  return [
    machines.backup &&
      alarm(
        'BackupFailed',
        failures(
          machines,
          'backup',
          'An execution of the backup failed: a pool was not backed up, or not completely, or forgetting and pruning failed after the backup. The execution says which: if it failed at ClearUp, the snapshots are there.',
        ),
      ),
    machines.backup &&
      alarm('BackupDidNotHappen', {
        alarmDescription:
          'For three hours nothing has said how old the latest snapshot is: the check does not run, or no backup has begun yet that would make the vault. After the first deployment this ends with the first backup.',
        ...own,
        metricName: 'LatestSnapshotAge',
        statistic: 'SampleCount',
        period: 3600,
        evaluationPeriods: 3,
        comparisonOperator: 'LessThanThreshold',
        threshold: 1,
        treatMissingData: 'breaching',
      }),
    machines.backup &&
      alarm('SnapshotTooOld', {
        alarmDescription:
          'The latest complete snapshot of a pool is older than the schedule allows, or the pool has none that long after the vault was made: backups fail, end incomplete, or do not start.',
        metrics: [
          stat('age', { ...own, metricName: 'LatestSnapshotAge' }, 'Maximum', 3600),
          { id: 'hours', expression: 'age / 3600', label: 'hours' },
        ],
        evaluationPeriods: 1,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: settings.maxAgeHours,
        treatMissingData: 'ignore',
      }),
    machines.backup &&
      alarm('UsersFell', {
        alarmDescription:
          'The shrink guard tripped: a pool has far fewer users, groups or clients than before, or far too many have changed. Snapshots from before are kept. See: cognito-vault diff',
        ...own,
        metricName: 'ShrinkGuardTripped',
        statistic: 'Sum',
        period: 300,
        evaluationPeriods: 1,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        treatMissingData: 'notBreaching',
      }),
    machines.backup &&
      alarm('Throttled', {
        alarmDescription:
          'Cognito refused requests of a backup, restore or drill for their rate, and so perhaps those of sign-ins. Lower CognitoTPS, or move the schedule.',
        ...own,
        metricName: 'Throttled',
        statistic: 'Sum',
        period: 300,
        evaluationPeriods: 1,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        treatMissingData: 'notBreaching',
      }),
    machines.drill &&
      alarm(
        'DrillFailed',
        failures(machines, 'drill', 'A drill failed: a restore of the latest snapshot may fail, too.'),
      ),
    alarm(
      'RestoreFailed',
      failures(machines, 'restore', 'A restore failed. It goes on where it stopped: cognito-vault resume'),
      true,
    ),
    machines.backup &&
      alarm('NotificationFailed', {
        alarmDescription:
          'The topic did not take a message of a backup, restore or drill. It may not take this one either: then it is seen in the console and on the dashboard only. What was to be told is in the log of the function, as message. Allow sns:Publish on the topic, and the use of its key.',
        ...own,
        metricName: 'NotificationFailed',
        statistic: 'Sum',
        period: 300,
        evaluationPeriods: 1,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        treatMissingData: 'notBreaching',
      }),
    functions.care &&
      alarm('CareFailed', {
        alarmDescription: 'The check whether backups happen, or forgetting and pruning, failed.',
        namespace: 'AWS/Lambda',
        metricName: 'Errors',
        dimensions: [{ name: 'FunctionName', value: functions.care.ref }],
        statistic: 'Sum',
        period: 300,
        evaluationPeriods: 1,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        treatMissingData: 'notBreaching',
      }),
    notStarted &&
      alarm('ScheduleFailed', {
        alarmDescription:
          'A schedule could not start a backup, a drill or a check: the message in the queue says why.',
        namespace: 'AWS/SQS',
        metricName: 'ApproximateNumberOfMessagesVisible',
        dimensions: [{ name: 'QueueName', value: notStarted.attrQueueName }],
        statistic: 'Maximum',
        period: 300,
        evaluationPeriods: 1,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        treatMissingData: 'notBreaching',
      }),
  ].filter((made) => made !== undefined)
}

/** By Step Functions' own count, so that a function that cannot say anything is no way for a failure to go unseen. */
function failures(machines: Machines, machine: MachineName, alarmDescription: string): AlarmProps {
  const dimensions = [{ name: 'StateMachineArn', value: machines[machine]?.ref ?? '' }]
  const of = (id: string, metricName: string) =>
    stat(id, { namespace: 'AWS/States', metricName, dimensions }, 'Sum', 300)
  return {
    alarmDescription,
    metrics: [
      of('failed', 'ExecutionsFailed'),
      of('timedOut', 'ExecutionsTimedOut'),
      of('aborted', 'ExecutionsAborted'),
      {
        id: 'ended',
        expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)',
        label: `${machine}s that failed`,
      },
    ],
    // One of the last three: counts that come late, when their period has been judged with nothing filled in for them, are not missed.
    evaluationPeriods: 3,
    datapointsToAlarm: 1,
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
    treatMissingData: 'notBreaching',
  }
}

function stat(
  id: string,
  metric: cloudwatch.CfnAlarm.MetricProperty,
  statistic: string,
  period: number,
): cloudwatch.CfnAlarm.MetricDataQueryProperty {
  return { id, metricStat: { metric, stat: statistic, period }, returnData: false }
}
