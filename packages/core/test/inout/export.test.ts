import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportSnapshot, type ExportRequest, type ExportResult } from '../../src/actions/export.js'
import { MASK } from '../../src/cognito/secrets.js'
import type { JsonObject } from '../../src/model/canonical.js'
import { STREAMS } from '../../src/model/records.js'
import { importable, ROLE } from '../imports/import-lab.js'
import { backUp, recordsOf } from '../support/backed-up.js'
import { type Lab, openLab } from '../support/lab.js'

let lab: Lab
let pool: string
let snapshot: string

const SETTINGS: Partial<Parameters<Lab['simulator']['seed']['pool']>[0]> = {
  AutoVerifiedAttributes: ['email'],
  Schema: [{ Name: 'plan', AttributeDataType: 'String', Mutable: true }],
}

beforeAll(async () => {
  lab = await openLab({ importSpeed: Infinity })
  const { seed } = lab.simulator
  pool = seed.pool({ PoolName: 'shop', ...SETTINGS })
  seed.groups(pool, ['staff'])
  seed.call('CreateUserPoolClient', { UserPoolId: pool, ClientName: 'web', GenerateSecret: true })
  seed.users(pool, [
    importable('ann', {
      address: 'a street, 1',
      'custom:plan': 'gold, or "silver"',
      birthdate: '1990-02-28',
    }),
    { ...importable('bob', { updated_at: '1700000000', name: 'Böb 中' }), groups: ['staff'] },
    { ...importable('cid'), status: 'RESET_REQUIRED' },
    { ...importable('off'), enabled: false },
    { ...importable('new'), status: 'UNCONFIRMED' },
    { ...importable('Partner_77'), status: 'EXTERNAL_PROVIDER' },
    importable('row', { name: 'two\nlines' }),
    { username: 'mute', attributes: { email: 'mute@example.com' } },
  ])
  snapshot = (await backUp(lab.context, pool)).id
})

afterAll(() => lab.close())

async function exported(
  request: Omit<ExportRequest, 'snapshot'>,
): Promise<{ text: string; result: ExportResult }> {
  const { lines, result } = await exportSnapshot(lab.context, { snapshot, ...request })
  let text = ''
  for await (const line of lines) text += line
  return { text, result: result() }
}

describe('CSV', () => {
  it('is the file that an import job of such a pool takes: it brings the same people, and nobody else', async () => {
    const told: string[] = []
    const { text, result } = await exported({
      format: 'csv',
      onNotExported: ({ reason }) => void told.push(reason),
    })
    const { api, putFile } = lab.context
    const target = lab.simulator.seed.pool({ PoolName: 'target', ...SETTINGS })
    const { CSVHeader } = (await api.call('GetCSVHeader', { UserPoolId: target })) as { CSVHeader: string[] }
    expect(text.split('\n')[0]).toBe(CSVHeader.join(','))

    const { UserImportJob: job } = (await api.call('CreateUserImportJob', {
      UserPoolId: target,
      JobName: 'by-hand',
      CloudWatchLogsRoleArn: ROLE,
    })) as { UserImportJob: { PreSignedUrl: string; JobId: string } }
    const bytes = Buffer.from(text)
    await putFile({
      url: job.PreSignedUrl,
      headers: { 'x-amz-server-side-encryption': 'aws:kms' },
      size: bytes.byteLength,
      // eslint-disable-next-line @typescript-eslint/require-await -- a file in memory
      bytes: async function* () {
        yield bytes
      },
    })
    await api.call('StartUserImportJob', { UserPoolId: target, JobId: job.JobId })
    await expect
      .poll(() => lab.simulator.inspect.pool(target).importJobs[0]!['Status'], { timeout: 5_000 })
      .toBe('Succeeded')

    const people = (id: string): Record<string, unknown> =>
      Object.fromEntries(
        lab.simulator.inspect
          .pool(id)
          .users.map(({ username, attributes }) => [username, { ...attributes, sub: 'another' }]),
      )
    const { ann, bob, cid } = people(pool)
    expect(people(target)).toEqual({ ann, bob, cid })

    expect(result).toMatchObject({ exported: { users: 3 }, jobs: 1, complete: true })
    expect(result.notExportedCounts).toEqual({
      disabled: 1,
      unconfirmed: 1,
      federated: 1,
      newline: 1,
      'not-verified': 1,
    })
    expect(result.notExported.map(({ reason }) => reason)).toEqual(told)
    const users = await recordsOf(lab.context, snapshot, 'users')
    for (const { sub } of result.notExported) expect(users.has(sub)).toBe(true)
  })
})

describe('NDJSON', () => {
  it('is every record of the snapshot, after a line that says what it is and how much follows', async () => {
    const { text, result } = await exported({ format: 'ndjson', withSecrets: true })
    const [head, ...records] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { stream: string; key: string; value: JsonObject })
    expect(head).toMatchObject({
      stream: 'snapshot',
      key: snapshot,
      value: { complete: true, pool: { id: pool } },
    })
    for (const stream of STREAMS) {
      const own = records.filter((record) => record.stream === stream)
      expect(new Map(own.map(({ key, value }) => [key, value]))).toEqual(
        await recordsOf(lab.context, snapshot, stream),
      )
      expect(result.exported[stream]).toBe(own.length)
      expect((head!.value['records'] as JsonObject)[stream]).toBe(own.length)
    }
    expect(result.notExportedCounts).toEqual({})
  })

  it('masks secrets unless they are asked for', async () => {
    const secrets = lab.simulator.inspect
      .pool(pool)
      .clients.map((client) => JSON.stringify(client['ClientSecret']).slice(1, -1))
    const masked = (await exported({ format: 'ndjson' })).text
    const whole = (await exported({ format: 'ndjson', withSecrets: true })).text
    expect(secrets).toHaveLength(1)
    expect([masked.includes(secrets[0]!), whole.includes(secrets[0]!)]).toEqual([false, true])
    expect(masked).toContain(MASK)
    expect(masked.split('\n')).toHaveLength(whole.split('\n').length)
  })

  it('ends when it is told to stop', async () => {
    const stop = new AbortController()
    const { lines } = await exportSnapshot(
      { ...lab.context, signal: stop.signal },
      { snapshot, format: 'ndjson' },
    )
    await expect(async () => {
      for await (const line of lines) stop.abort(new Error(line === '' ? '' : 'enough'))
    }).rejects.toThrow('enough')
  })
})
