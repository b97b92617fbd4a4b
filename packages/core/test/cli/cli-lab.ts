import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { type Simulator, type SimulatorOptions, startSimulator } from 'cognito-vault-simulator'
import type { CliIo } from '../../src/cli/cli-io.js'
import { runCli } from '../../src/cli/run-cli.js'
import type { Clock } from '../../src/model/clock.js'
import { systemClock } from '../../src/model/system-clock.js'

/** What is never to be seen in any output. */
export const PROVIDER_SECRET = 'the-secret-of-the-provider'

/** How often faster than real time goes by, so that no test waits for a quota. */
const SPEED = 50

/** The server, and how often faster than real time goes by: a slow machine holds no lock whose minute is a second. */
export interface CliLabOptions extends SimulatorOptions {
  readonly speed?: number
}

/** What the documents of the commands have in common, for tests to look into; the rest they compare whole. */
export interface Document {
  readonly snapshots: readonly { readonly id: string; readonly poolId: string }[]
  readonly failed: readonly { readonly error: { readonly code: string } }[]
  readonly unreadable: readonly { readonly error: { readonly code: string } }[]
  readonly error: { readonly code: string }
  readonly runId: string
  readonly poolId: string
}

/** A command that has ended. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The document on stdout, which is all that is there. */
  readonly json: Document
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What is typed on a terminal; without it there is none. */
  readonly typed?: string | PassThrough
  readonly columns?: number
  readonly signal?: AbortSignal
  /** Another clock than the fast one. */
  readonly clock?: Clock
  /** Another folder of the package than the own. */
  readonly packageRoot?: URL
  /** Sees what is written on stderr while the command runs. */
  readonly onError?: (text: string) => void
}

/** The command line in this process, a simulator, and a folder for the vault. */
export interface CliLab {
  readonly simulator: Simulator
  readonly folder: string
  /** Everything that was ever written. */
  readonly output: string[]
  run(argv: readonly string[], options?: RunOptions): Promise<Ran>
  close(): Promise<void>
}

export async function openCliLab({ speed = SPEED, ...options }: CliLabOptions = {}): Promise<CliLab> {
  const simulator = await startSimulator({ quotas: false, seed: 11, ...options })
  const folder = await mkdtemp(join(tmpdir(), 'cognito-vault-cli-'))
  const clock = fastClock(speed)
  const output: string[] = []

  async function run(
    argv: readonly string[],
    { env, typed, columns, signal, onError, packageRoot, clock: ownClock }: RunOptions = {},
  ): Promise<Ran> {
    const [stdout, stderr] = [
      collector(columns),
      collector(typed === undefined ? undefined : (columns ?? 80)),
    ]
    const stdin = typed instanceof PassThrough ? typed : new PassThrough()
    if (!(typed instanceof PassThrough)) stdin.end(typed ?? '')
    if (onError !== undefined) stderr.listen(onError)
    const io: CliIo = {
      stdout: stdout.stream,
      stderr: Object.assign(stderr.stream, { isTTY: typed !== undefined }),
      stdin: Object.assign(stdin, { isTTY: typed !== undefined }),
      env: {
        COGNITO_VAULT: join(folder, 'vault'),
        AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
        AWS_SECRET_ACCESS_KEY: 'example',
        ...env,
      },
      clock: ownClock ?? clock,
      random: Math.random,
      signal: signal ?? new AbortController().signal,
      tempDirectory: folder,
      holder: { host: 'test', pid: 1 },
      ...(packageRoot === undefined ? {} : { packageRoot }),
    }
    const code = await runCli(['--endpoint-url', simulator.url, ...argv], io)
    const [out, err] = [stdout.text(), stderr.text()]
    output.push(out, err)
    return {
      code,
      stdout: out,
      stderr: err,
      get json() {
        return JSON.parse(out) as Document
      },
    }
  }

  return {
    simulator,
    folder,
    output,
    run,
    close: async () => {
      await simulator.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A pool with one of everything that has a secret, some groups, and these many users beside alice. */
export function seedPool({ seed }: Simulator, name = 'shop', users = 5): string {
  const poolId = seed.pool({ PoolName: name })
  seed.groups(poolId, ['admins', 'staff'])
  seed.call('CreateUserPoolClient', { UserPoolId: poolId, ClientName: 'web', GenerateSecret: true })
  seed.call('CreateIdentityProvider', {
    UserPoolId: poolId,
    ProviderName: 'Corp',
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: 'corp',
      client_secret: PROVIDER_SECRET,
      authorize_scopes: 'openid',
      oidc_issuer: 'https://login.example.com',
      attributes_request_method: 'GET',
    },
  })
  seed.users(poolId, users)
  seed.users(poolId, [{ username: 'alice', groups: ['admins'], attributes: { email: 'alice@example.com' } }])
  return poolId
}

/** The id of the only snapshot that a document tells of. */
export function onlySnapshot({ snapshots }: Document): string {
  const [snapshot, another] = snapshots
  if (snapshot === undefined || another !== undefined) throw new Error('there is not one snapshot')
  return snapshot.id
}

/** The secrets of a pool's clients. */
export function clientSecrets({ inspect }: Simulator, poolId: string): string[] {
  return inspect
    .pool(poolId)
    .clients.flatMap(({ ClientSecret: secret }) => (typeof secret === 'string' ? [secret] : []))
}

/** The secrets of the pools that were seeded by {@link seedPool} which the output has, and should not. */
export function secretsTold({ simulator, output }: CliLab): string[] {
  const pools = simulator.inspect.poolIds()
  const secrets = [PROVIDER_SECRET, ...pools.flatMap((id) => clientSecrets(simulator, id))]
  return secrets.filter((secret) => output.join('\n').includes(secret))
}

function fastClock(speed: number): Clock {
  const start = Date.now()
  return {
    now: () => start + (Date.now() - start) * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  }
}

function collector(columns: number | undefined): {
  stream: Writable
  text: () => string
  listen: (listener: (text: string) => void) => void
} {
  const chunks: Buffer[] = []
  let listener: ((text: string) => void) | undefined
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      chunks.push(chunk)
      listener?.(chunk.toString('utf8'))
      done()
    },
  })
  if (columns !== undefined) Object.assign(stream, { columns })
  return {
    stream,
    text: () => Buffer.concat(chunks).toString('utf8'),
    listen: (given) => {
      listener = given
    },
  }
}
