import { createInterface } from 'node:readline'
import {
  classifyFailure,
  type Clock,
  type CognitoApi,
  createBudget,
  createFilePutter,
  createSdkApi,
  createSdkClient,
  type Random,
  type SdkClient,
  withBudget,
} from 'cognito-vault'
import { askAll } from './ask-all.js'
import { cleanUp } from './clean-up.js'
import { newRun } from './names.js'
import { HELP, parseOptions, type ProbeOptions } from './options.js'
import { announcement, answerText, deletionText, EXIT, exitCodeOf, mauOf } from './report.js'
import { createScratch, whyOf } from './scratch.js'

type Stream<S> = S & { readonly isTTY?: boolean | undefined }

/** The world around the command; a process hands in its own, a test what it likes. */
export interface ProbeIo {
  readonly stdout: NodeJS.WritableStream
  readonly stderr: Stream<NodeJS.WritableStream>
  readonly stdin: Stream<NodeJS.ReadableStream>
  readonly env: NodeJS.ProcessEnv
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
}

/** Runs the command. Never throws; what goes wrong is told, and is in the exit code. */
export async function runProbe(argv: readonly string[], io: ProbeIo): Promise<number> {
  let options: ProbeOptions
  try {
    options = parseOptions(argv, io.env)
  } catch (error) {
    io.stderr.write(`${whyOf(error)}\n`)
    return EXIT.usage
  }
  if (options.help) {
    io.stdout.write(HELP)
    return EXIT.asAssumed
  }
  const client = createSdkClient({
    // Where nobody named one, the SDK looks into the profile.
    ...({ region: options.region } as { region: string }),
    ...(options.profile === undefined ? {} : { profile: options.profile }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  })
  try {
    const refusal = await whyNoAccount(client)
    return refusal === undefined
      ? await withAccount(client, options, io)
      : nothingProbed(refusal, options, io)
  } catch (error) {
    return nothingProbed(whyOf(error), options, io)
  } finally {
    client.destroy()
  }
}

/** Why no account can be asked, in one line; `undefined` where there are credentials and a Region. */
async function whyNoAccount({ userPools }: SdkClient): Promise<string | undefined> {
  try {
    await userPools.config.credentials()
  } catch (error) {
    return `there are no AWS credentials (${whyOf(error)})`
  }
  try {
    await userPools.config.region()
    return undefined
  } catch (error) {
    return `no AWS Region was named (${whyOf(error)})`
  }
}

function nothingProbed(why: string, { json }: ProbeOptions, io: ProbeIo): number {
  const message = `Nothing was probed: ${why.replace(/\.$/, '')}.`
  if (json) io.stdout.write(`${JSON.stringify({ probed: false, error: { message } }, null, 2)}\n`)
  else io.stderr.write(`${message}\n`)
  return EXIT.failed
}

async function withAccount(client: SdkClient, options: ProbeOptions, io: ProbeIo): Promise<number> {
  const region = await client.userPools.config.region()
  const budget = createBudget({ clock: io.clock, random: io.random, classify: classifyFailure, share: 0.5 })
  const api = withBudget(createSdkApi(client, region, io.clock), budget)
  const mayGoOn = (): Promise<boolean> => (options.yes ? Promise.resolve(true) : confirm(io))
  if (options.clean) return cleanUp({ api, clock: io.clock, json: options.json, mayGoOn }, io)
  return probe(api, options, io, mayGoOn)
}

async function probe(
  api: CognitoApi,
  options: ProbeOptions,
  io: ProbeIo,
  mayGoOn: () => Promise<boolean>,
): Promise<number> {
  const { probes, importRole, endpoint, json } = options
  const run = newRun(io.random)
  io.stderr.write(announcement(probes, run, { region: api.region, endpoint }))
  if (!(await mayGoOn())) {
    io.stderr.write('Nothing was probed: not confirmed. On a terminal it is asked; elsewhere give --yes.\n')
    return EXIT.usage
  }
  const putFile = createFilePutter(io.clock)
  const scratch = createScratch({ api, clock: io.clock, run, putFile, importRole, signal: io.signal })
  const outcome = await askAll(probes, scratch, io.signal, (answered) => {
    if (!json) io.stdout.write(answerText(answered))
  })
  const { answers, deletion } = outcome
  if (json) {
    const document = { probed: true, run, region: api.region, mau: mauOf(probes), answers, ...deletion }
    io.stdout.write(`${JSON.stringify(document, null, 2)}\n`)
  } else io.stdout.write(deletionText(deletion))
  return io.signal.aborted && deletion.left.length === 0 ? EXIT.interrupted : exitCodeOf(outcome)
}

/** Asks on the terminal; where there is none, the answer is no. */
async function confirm({ stdin, stderr, signal }: ProbeIo): Promise<boolean> {
  if (stdin.isTTY !== true || stderr.isTTY !== true) return false
  stderr.write('Go on? [y/N] ')
  const lines = createInterface({ input: stdin, terminal: false })
  const stop = (): void => lines.close()
  signal.addEventListener('abort', stop)
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once('line', resolve)
      lines.once('close', () => resolve(''))
      if (signal.aborted) lines.close()
    })
    return /^\s*y(es)?\s*$/i.test(answer)
  } finally {
    signal.removeEventListener('abort', stop)
    lines.close()
  }
}
