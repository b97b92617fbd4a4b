import { Writable } from 'node:stream'
import { tmpdir } from 'node:os'
import { runCli } from 'cognito-vault/cli'
import type { Clock } from 'cognito-vault'

/** The command line of this package, run in this process so that it shares the demo's clock. */
export interface Commands {
  /** Shows the command, runs it, and answers its exit code. */
  readonly run: (...argv: string[]) => Promise<number>
  /** Runs it unseen, and answers its JSON document. */
  readonly json: (...argv: string[]) => Promise<unknown>
}

export interface CommandSettings {
  readonly vault: string
  readonly endpoint: string
  readonly clock: Clock
}

export function createCommands({ vault, endpoint, clock }: CommandSettings): Commands {
  const env = {
    COGNITO_VAULT: vault,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'demo',
    AWS_SECRET_ACCESS_KEY: 'demo',
    COLUMNS: process.env['COLUMNS'],
  }
  const io = {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env,
    clock,
    // eslint-disable-next-line no-restricted-syntax -- the demo is a process of its own
    random: () => Math.random(),
    signal: new AbortController().signal,
    tempDirectory: tmpdir(),
    holder: { host: 'demo', pid: process.pid },
  }
  const global = ['--endpoint-url', endpoint]

  return {
    run: async (...argv) => {
      process.stdout.write(`\n$ cognito-vault ${argv.join(' ')}\n`)
      return runCli([...argv, ...global], io)
    },
    json: async (...argv) => {
      let text = ''
      const stdout = new Writable({
        write: (chunk: Buffer, _encoding, done) => {
          text += chunk.toString('utf8')
          done()
        },
      })
      await runCli([...argv, '--json', '--quiet', ...(argv[0] === 'diff' ? global : [])], { ...io, stdout })
      return JSON.parse(text) as unknown
    },
  }
}
