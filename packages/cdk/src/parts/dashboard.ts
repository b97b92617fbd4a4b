import { Aws, Stack, aws_cloudwatch as cloudwatch } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Settings } from '../settings'
import { present } from '../toggle'
import { NAMESPACE } from './alarms'
import { vaultName } from './names'

const DAY = 86_400

/** One page: what is wrong, how old the latest snapshots are, how many users there were, and what it took. */
export function addDashboard(
  scope: Construct,
  settings: Settings,
  alarms: readonly cloudwatch.CfnAlarm[],
): void {
  const ofPools = (metric: string, statistic: string, period: number) => [
    {
      expression: `SEARCH('{${NAMESPACE},PoolId,Vault} Vault="${vaultName(settings)}" MetricName="${metric}"', '${statistic}', ${period})`,
    },
  ]
  const graph = (title: string, at: number, metrics: unknown[][], height = 6) => ({
    type: 'metric',
    x: (at % 2) * 12,
    y: 3 + Math.floor(at / 2) * 6,
    width: 12,
    height,
    properties: { title, region: Aws.REGION, metrics, view: 'timeSeries' },
  })
  const widgets = [
    {
      type: 'alarm',
      x: 0,
      y: 0,
      width: 24,
      height: 3,
      properties: { title: 'Alarms', alarms: alarms.map((alarm) => alarm.attrArn) },
    },
    graph('Age of the latest snapshot, seconds', 0, [ofPools('LatestSnapshotAge', 'Maximum', 3600)]),
    graph('Users', 1, [ofPools('Users', 'Maximum', DAY)]),
    graph('Backups, ms', 2, [ofPools('BackupDuration', 'Maximum', DAY)]),
    graph('Changes since the last snapshot', 3, [ofPools('UsersChanged', 'Maximum', DAY)]),
    graph('Stored by a backup, bytes', 4, [ofPools('BytesStored', 'Sum', DAY)]),
    graph('Throttled requests, and drills', 5, [
      // Counted for the vault alone: a function does not say of which pool.
      [NAMESPACE, 'Throttled', 'Vault', vaultName(settings), { stat: 'Sum', period: 3600 }],
      ofPools('DrillSucceeded', 'Sum', DAY),
      ofPools('DrillMau', 'Sum', DAY),
    ]),
  ]
  present(
    settings.primary,
    () =>
      new cloudwatch.CfnDashboard(scope, 'Dashboard', {
        dashboardName: vaultName(settings),
        dashboardBody: Stack.of(scope).toJsonString({ widgets }),
      }),
  )
}
