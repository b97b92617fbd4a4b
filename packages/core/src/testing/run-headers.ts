import { emptySummary } from '../restore/plan-summary.js'
import type { RunHeader } from '../restore/run-header.js'

export type HeaderChanges = Partial<Omit<RunHeader, 'target'>> & {
  readonly target?: Partial<RunHeader['target']>
}

/** The header of a run that repairs the pool `pool-1` in place, with nothing to do. For tests. */
export function runHeader(runId: string, { target = {}, ...more }: HeaderChanges = {}): RunHeader {
  return {
    format: 1,
    runId,
    createdAt: '2026-11-01T00:00:00.000Z',
    snapshot: { id: 'snapshot-1', poolId: 'pool-1' },
    target: {
      mode: 'in-place',
      poolId: 'pool-1',
      region: 'eu-west-1',
      rules: { usernameAttributes: [], caseSensitive: true },
      ...target,
    },
    missing: [],
    unread: [],
    chunks: [],
    summary: emptySummary(),
    unchanged: 0,
    limits: {},
    leftOut: 0,
    etaSeconds: 0,
    erasures: 0,
    ...more,
  }
}
