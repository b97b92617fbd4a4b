import { expect, it } from 'vitest'
import { z } from 'zod'
import { METRIC_NAMESPACE, metricLine } from './embedded-metric.js'

/** The JSON schema of the format's specification (CloudWatch User Guide, "Specification: Embedded metric format"). */
const text = z.string().min(1).max(1024)
const document = z
  .looseObject({
    _aws: z.object({
      Timestamp: z.number().int().min(0).max(1e13),
      CloudWatchMetrics: z.array(
        z.object({
          Namespace: text,
          Dimensions: z.array(z.array(z.string().min(1).max(250)).max(30)).min(1),
          Metrics: z
            .array(
              z.object({
                Name: text,
                Unit: z.enum(['Count', 'Seconds', 'Milliseconds', 'Bytes']).optional(),
                StorageResolution: z.union([z.literal(1), z.literal(60)]).optional(),
              }),
            )
            .max(100),
        }),
      ),
    }),
  })
  .superRefine((root, context) => {
    for (const { Dimensions, Metrics } of root._aws.CloudWatchMetrics) {
      for (const name of Dimensions.flat())
        if (typeof root[name] !== 'string' || root[name] === '') context.addIssue(`${name} is no dimension`)
      for (const { Name } of Metrics)
        if (!Number.isFinite(root[Name])) context.addIssue(`${Name} is no number`)
    }
  })

it('is a document as the specification has it, on one line', () => {
  const line = metricLine({
    vaultName: 'stack',
    poolId: 'eu-west-1_Ab12Cd34E',
    at: 1_764_060_000_123.4,
    values: { BackupCompleted: 1, Users: 12_345, BackupDuration: 4_200 },
    properties: { runId: 'backup-1' },
  })
  expect(line).not.toContain('\n')
  const found = document.parse(JSON.parse(line))
  expect(found).toMatchObject({
    runId: 'backup-1',
    Vault: 'stack',
    PoolId: 'eu-west-1_Ab12Cd34E',
    BackupCompleted: 1,
    Users: 12_345,
    _aws: {
      Timestamp: 1_764_060_000_123,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [['Vault'], ['Vault', 'PoolId']],
          Metrics: [
            { Name: 'BackupCompleted', Unit: 'Count' },
            { Name: 'Users', Unit: 'Count' },
            { Name: 'BackupDuration', Unit: 'Milliseconds' },
          ],
        },
      ],
    },
  })
})

it('leaves out what is no number, for which CloudWatch would refuse the whole', () => {
  const line = metricLine({ vaultName: 'v', at: 0, values: { Users: Number.NaN, LatestSnapshotAge: 60 } })
  const found = document.parse(JSON.parse(line))
  expect(found).not.toHaveProperty('Users')
  expect(found['LatestSnapshotAge']).toBe(60)
})
