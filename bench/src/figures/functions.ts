import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { callToTheEnd, type ColdCall, type ColdStart, startCold } from '../cold-start/cold-process.js'
import { functionsOf } from '../cold-start/functions-of.js'
import { type Service, startStandInAws } from '../cold-start/stand-in-aws.js'
import type { BenchContext } from '../figure-file.js'
import type { Figure, Goal } from '../figure.js'
import { packCode } from '../library.js'

export const about = 'the functions of the stack: size of the bundle, cold starts'

const RUNS = 11
const SIZE: Goal = { atMost: 5 }
const COLD_START: Goal = { atMost: 1 }
const MB = 1_000_000

const root = new URL('../../../', import.meta.url)
const REGION = 'eu-west-1'
const POOL = `${REGION}_Bench0001`
const EXECUTION = `arn:aws:states:${REGION}:123456789012:execution:vault-backup:bench`

/** A step of each function that asks AWS something at once. */
export const STEPS: Readonly<Record<string, object>> = {
  backup: {
    step: 'slice',
    execution: EXECUTION,
    state: { next: 'slice', ok: true, slices: 0, poolIds: [POOL], at: 0, throttled: 0, done: [] },
  },
  restore: { step: 'prepare', execution: EXECUTION, input: { NewUserPoolId: POOL } },
  drill: { step: 'slice', execution: EXECUTION },
  care: { step: 'check' },
}

/**
 * The bundle is made and packed as `npm run bundle` and `deploy` do. Each function is started in a process of its own again and again; what is measured is the time
 * from the start of the process to the arrival of its first request at a stand-in for AWS, for the backup that to the first request of Cognito too, which
 * comes when the encrypted vault in S3 is open.
 */
export async function run(context: BenchContext): Promise<Figure[]> {
  const { runs = RUNS } = context.scale
  context.measures('runs', runs)
  const script = fileURLToPath(new URL('packages/core/scripts/bundle.js', root))
  await promisify(execFile)(process.execPath, [script, context.folder], { signal: context.signal })
  const content = await readFile(join(context.folder, 'index.mjs'))
  const { bytes } = packCode('index.mjs', content)
  const size: Figure = {
    name: 'functions bundle, zipped',
    value: bytes.byteLength / MB,
    unit: 'MB',
    goal: SIZE,
    note: `${content.byteLength.toLocaleString('en-US')} bytes before`,
  }
  return [size, ...(await coldStarts(context, runs))]
}

async function coldStarts(context: BenchContext, runs: number): Promise<Figure[]> {
  const aws = await startStandInAws(() => context.clock.now())
  const world = { ...context, aws }
  const env = environmentFor(aws.url, context)
  const bundle = pathToFileURL(join(context.folder, 'index.mjs')).href
  const callOf = (handler: string, event: object): ColdCall => ({ bundle, handler, event, env })
  try {
    // The vault is made as the stack makes it. It also brings Node and the bundle from the disk.
    await callToTheEnd(callOf('backup', { step: 'prepare', execution: EXECUTION }), world)
    const vault = new Map(aws.objects)
    const figures: Figure[] = []
    const template = await readFile(new URL('template/cognito-vault.template.json', root), 'utf8')
    for (const { handler, memoryMb } of functionsOf(template)) {
      const event = STEPS[handler]
      if (event === undefined) throw new Error(`it is not said what to call the function ${handler} with`)
      const until = handler === 'backup' ? 'Cognito' : 'any'
      const load = loadavg()[0] ?? 0
      const starts: ColdStart[] = []
      while (starts.length < runs) {
        // What one that was killed has stored must not be in the way of the next.
        aws.objects.clear()
        for (const [key, object] of vault) aws.objects.set(key, object)
        starts.push(await startCold(callOf(handler, event), until, world))
      }
      const own = coldStartFigures(handler, starts, { memoryMb, load })
      for (const { name, value, unit } of own) context.say(`${name}: ${value?.toFixed(3) ?? 'none'} ${unit}`)
      figures.push(...own)
    }
    return figures
  } finally {
    await aws.close()
  }
}

/** What the template and Lambda set, as far as these steps read it. */
function environmentFor(url: string, { env, folder }: BenchContext): Record<string, string> {
  return {
    ...(env['PATH'] === undefined ? {} : { PATH: env['PATH'] }),
    TMPDIR: folder,
    AWS_REGION: REGION,
    // Nobody's: a stand-in asks for none.
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_ENDPOINT_URL: url,
    COGNITO_VAULT: 's3://bucket',
    KMS_KEY_ARNS: `arn:aws:kms:${REGION}:123456789012:key/11111111-2222-4333-8444-555555555555`,
    USER_POOL_IDS: POOL,
    COGNITO_TPS: '10',
    VAULT_NAME: 'bench',
  }
}

/**
 * The figures of a function's cold starts. The median is judged, the slowest is told.
 *
 * @param load the machine's load a minute before they began, which they are slower by
 */
export function coldStartFigures(
  handler: string,
  starts: readonly ColdStart[],
  { memoryMb, load }: { readonly memoryMb: number; readonly load: number },
): Figure[] {
  const first = starts.map(({ arrivals }) => Math.min(...arrivals.values()))
  const cognito = starts.flatMap(({ arrivals }) => arrivals.get('Cognito') ?? [])
  const asked = new Set(starts.flatMap(({ arrivals }) => firstOf(arrivals)))
  const memory = starts.map(({ residentBytes }) => residentBytes / MB)
  const cpu = starts.map(({ cpuMs }) => cpuMs / 1_000)
  const of = (times: readonly number[], what: string): Figure => ({
    name: `${handler}: cold start to first request${what}`,
    value: median(times) / 1_000,
    unit: 's',
    goal: COLD_START,
    note: `the median of ${times.length}; the slowest ${(Math.max(...times) / 1_000).toFixed(3)} s; load before ${load.toFixed(1)}`,
  })
  return [
    of(first, ` (${[...asked].join(', ')})`),
    ...(cognito.length === 0 ? [] : [of(cognito, ' of Cognito')]),
    {
      name: `${handler}: processor time until that request`,
      value: median(cpu),
      unit: 's',
      note: `of all threads; the most ${Math.max(...cpu).toFixed(3)} s`,
    },
    {
      name: `${handler}: memory at that request`,
      value: median(memory),
      unit: 'MB',
      note: `the most ${Math.max(...memory).toFixed(0)} MB; the function has ${memoryMb.toLocaleString('en-US')} MiB`,
    },
  ]
}

function firstOf(arrivals: ColdStart['arrivals']): Service[] {
  // In the order in which they arrived.
  return [...arrivals.keys()].slice(0, 1)
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]]
  return ((low ?? NaN) + (high ?? NaN)) / 2
}
