import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CliLab, openCliLab, seedPool } from './cli-lab.js'

/** The program as it is installed; `npm test` builds it first. */
const BIN = fileURLToPath(new URL('../../bin/cognito-vault.js', import.meta.url))

let lab: CliLab
let poolId: string

beforeAll(async () => {
  lab = await openCliLab({ latency: 5 })
  poolId = seedPool(lab.simulator)
})

afterAll(() => lab.close())

interface Process {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs the program; `during` sees what it says on stderr while it runs. */
async function program(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
  during: (stderr: string, kill: (signal: NodeJS.Signals) => void) => void = () => undefined,
): Promise<Process> {
  const child = spawn(process.execPath, [BIN, ...argv], {
    env: {
      PATH: process.env['PATH'],
      COGNITO_VAULT: join(lab.folder, 'vault'),
      AWS_CONFIG_FILE: join(lab.folder, 'no-config'),
      AWS_SHARED_CREDENTIALS_FILE: join(lab.folder, 'no-credentials'),
      AWS_EC2_METADATA_DISABLED: 'true',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString('utf8')
    during(stderr, (signal) => child.kill(signal))
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { code, stdout, stderr }
}

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'example' }

describe('the program', () => {
  it('prints nothing but what it was asked for: no warning of a library comes through', async () => {
    const made = await program(['init', '--no-encryption'])
    expect([made.code, made.stderr]).toEqual([0, ''])
    const { code, stdout, stderr } = await program(
      ['backup', '--pool', poolId, '--endpoint-url', lab.simulator.url, '--quiet', '--json'],
      KEYS,
    )
    expect([code, stderr]).toEqual([0, ''])
    expect(JSON.parse(stdout)).toMatchObject({ snapshots: [{ poolId, complete: true }] })
  })

  it('says once that there are no credentials', async () => {
    lab.simulator.ledger.clear()
    const { code, stderr } = await program(['backup', '--pool', poolId, '--endpoint-url', lab.simulator.url])
    expect(code).toBe(13)
    expect(stderr).toMatch(/^cognito-vault: no AWS credentials can be used: [^\n]+\nhint: [^\n]+\n$/)
    expect(lab.simulator.ledger.requests.count()).toBe(0)
  })

  it('says that no Region was named where nothing names one', async () => {
    const { code, stderr } = await program(['backup', '--pool', 'local_1a2b3c'], KEYS)
    expect(code).toBe(2)
    expect(stderr).toContain('no AWS Region was named')
  })

  it('stops gently when it is interrupted, and the vault stays whole', async () => {
    lab.simulator.faults.add({ kind: 'slow', milliseconds: 1500, operation: 'ListUsers' })
    let interrupted = false
    const argv = ['backup', '--pool', poolId, '--endpoint-url', lab.simulator.url, '--verbose']
    const { code, stderr } = await program(argv, KEYS, (said, kill) => {
      if (!interrupted && said.includes('capture.started')) {
        interrupted = true
        kill('SIGINT')
      }
    })
    lab.simulator.faults.clear()
    expect(code).toBe(130)
    expect(stderr).toContain('stopping; again to stop at once')
    expect(stderr).toContain('stopped before the end')
    expect((await lab.run(['verify'])).code).toBe(0)
  })
})
