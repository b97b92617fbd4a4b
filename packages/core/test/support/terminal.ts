import { PassThrough, Readable, Writable } from 'node:stream'
import { runCli } from '../../src/cli/run-cli.js'
import { hastyClock } from './lab.js'

/** What a command has printed, and how it ended. */
export interface Printed {
  readonly code: number
  readonly out: string
  readonly err: string
}

export interface TerminalOptions {
  readonly vault: string
  readonly endpoint: string
  readonly region: string
  readonly tempDirectory: string
}

/** Runs commands in this process, and keeps what they print. */
export interface Terminal {
  readonly run: (...argv: string[]) => Promise<Printed>
  /** As a person at a terminal of 80 columns, who types this when asked. */
  readonly answer: (typed: string, ...argv: string[]) => Promise<Printed>
}

const FAST = [
  'UserList',
  'UserCreation',
  'UserUpdate',
  'UserAccountRecovery',
  'UserPoolUpdate',
  'UserPoolClientUpdate',
  'UserPoolResourceUpdate',
  'UserPoolRead',
  'UserPoolClientRead',
  'UserPoolResourceRead',
]

export function openTerminal({ vault, endpoint, region, tempDirectory }: TerminalOptions): Terminal {
  const env = {
    COGNITO_VAULT: vault,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
  }
  const quotas = FAST.flatMap((category) => ['--quota', `${category}=100000`])
  const needsCognito = new Set(['backup', 'diff', 'restore', 'resume'])

  async function run(argv: readonly string[], typed?: string): Promise<Printed> {
    const text = { out: '', err: '' }
    const sink = (name: 'out' | 'err'): Writable =>
      new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          text[name] += chunk.toString('utf8')
          done()
        },
      })
    const shown = (name: 'out' | 'err'): Writable =>
      typed === undefined ? sink(name) : Object.assign(sink(name), { isTTY: true, columns: 80 })
    const stdin = typed === undefined ? Readable.from([]) : Object.assign(new PassThrough(), { isTTY: true })
    if (stdin instanceof PassThrough) stdin.end(typed)
    const globals = needsCognito.has(argv[0] ?? '') ? ['--endpoint-url', endpoint, ...quotas] : []
    const code = await runCli([...argv, ...globals], {
      stdout: shown('out'),
      stderr: shown('err'),
      stdin,
      env,
      clock: hastyClock,
      random: Math.random,
      signal: new AbortController().signal,
      tempDirectory,
      holder: { host: 'test', pid: 1 },
    })
    return { code, ...text }
  }

  return { run: (...argv) => run(argv), answer: (typed, ...argv) => run(argv, `${typed}\n`) }
}
