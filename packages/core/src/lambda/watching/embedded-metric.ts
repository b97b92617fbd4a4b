/** The units of the metrics here, of those that CloudWatch knows. */
export type Unit = 'Count' | 'Seconds' | 'Milliseconds' | 'Bytes'

/** The metrics of a pool, and the unit of each. */
export const METRICS = {
  BackupCompleted: 'Count',
  BackupFailed: 'Count',
  BackupDuration: 'Milliseconds',
  Users: 'Count',
  UsersChanged: 'Count',
  ShrinkGuardTripped: 'Count',
  Throttled: 'Count',
  BytesStored: 'Bytes',
  LatestSnapshotAge: 'Seconds',
  RetentionFailed: 'Count',
  NotificationFailed: 'Count',
  DrillSucceeded: 'Count',
  DrillFailed: 'Count',
  DrillMau: 'Count',
  RestoreSucceeded: 'Count',
  RestoreFailed: 'Count',
} as const satisfies Record<string, Unit>

export type MetricName = keyof typeof METRICS

export const METRIC_NAMESPACE = 'CognitoVault'

export interface MetricValues {
  /** The stack, as its alarms know it. */
  readonly vaultName: string
  /** Absent where it is about no single pool. */
  readonly poolId?: string | undefined
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly values: Readonly<Partial<Record<MetricName, number>>>
  /** What is found in the logs beside the numbers, and is no metric: ids. */
  readonly properties?: Readonly<Record<string, string>>
}

/**
 * A line that CloudWatch Logs turns into metrics: the embedded metric format, once for the whole vault and once for the pool. What is no
 * finite number is left out, since such a document would be refused whole.
 */
export function metricLine({ vaultName, poolId, at, values, properties = {} }: MetricValues): string {
  const found = Object.entries(values).filter(([, value]) => Number.isFinite(value))
  return JSON.stringify({
    ...properties,
    _aws: {
      Timestamp: Math.round(at),
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: poolId === undefined ? [['Vault']] : [['Vault'], ['Vault', 'PoolId']],
          Metrics: found.map(([name]) => ({ Name: name, Unit: METRICS[name as MetricName] })),
        },
      ],
    },
    Vault: vaultName,
    ...(poolId === undefined ? {} : { PoolId: poolId }),
    ...Object.fromEntries(found),
  })
}
