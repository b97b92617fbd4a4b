import { expect, it } from 'vitest'
import { eventLines } from './log-line.js'

const place = { function: 'backup', execution: 'arn:aws:states:eu-west-1:1:execution:b:1', runId: 'run-1' }

it('says what happened as one JSON document with the ids of its run', () => {
  const line = eventLines(place, () => 0)({ code: 'capture.stored', poolId: 'p_1', snapshotId: 's' })
  expect(JSON.parse(line ?? '')).toEqual({
    time: '1970-01-01T00:00:00.000Z',
    level: 'INFO',
    ...place,
    code: 'capture.stored',
    poolId: 'p_1',
    snapshotId: 's',
  })
})

it('has no words of a service and nobody’s name', () => {
  const line = eventLines(
    place,
    () => 0,
  )({
    code: 'restore.failed',
    operation: 'AdminCreateUser',
    subject: 'user ann@example.com',
    reason: 'ann@example.com is no email',
  })
  expect(line).not.toContain('ann')
  expect(JSON.parse(line ?? '')).toMatchObject({ level: 'WARN', operation: 'AdminCreateUser' })
})

it('tells of progress now and then', () => {
  let now = 0
  const lineOf = eventLines(place, () => now)
  const told = [0, 1, 14_999, 15_000, 15_001].map((at) => {
    now = at
    return lineOf({ code: 'capture.users', poolId: 'p_1', users: at }) !== undefined
  })
  expect(told).toEqual([true, false, false, true, false])
})
